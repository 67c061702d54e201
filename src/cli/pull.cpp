// object pull, object get: objects become files.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/crew.h"
#include "cli/files.h"
#include "cli/object_files.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "cli/transfer.h"
#include "core/error.h"
#include "core/fd.h"

namespace calotype::cli {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kStep = 256 * 1024;

void write_all(int descriptor, const std::string& path, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw Error(Fault::unavailable, fmt::format("write {}: {}", path, std::generic_category().message(errno)));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

/// Gives the response's bytes to a descriptor.
Task<> drain(http::ClientResponse& response, int descriptor, std::string path, Progress* progress) {
  std::vector<std::byte> piece(kStep);
  for (;;) {
    const auto count = co_await response.read(piece);
    if (count == 0) co_return;
    write_all(descriptor, path, std::span(piece).first(count));
    if (progress != nullptr) progress->add_bytes(static_cast<std::int64_t>(count));
  }
}

struct Pull {
  Session& session;
  std::vector<RemoteObject> objects;
  std::vector<fs::path> places;
  std::unique_ptr<Progress> progress;
};

Task<> pull_one(std::shared_ptr<Pull> pull, std::size_t index) {
  const auto& object = pull->objects[index];
  Ask ask{.path = bucket_path(pull->session.profile()) + "/objects/" + object_part(object.name)};
  auto response = co_await pull->session.open(std::move(ask));
  co_await save_response(response, pull->places[index].string(), pull->progress.get());
  pull->progress->end_file(object.name, object.size);
}

bool is_there(const fs::path& path, const RemoteObject& object) {
  std::error_code error;
  return fs::is_regular_file(path, error) && fs::file_size(path, error) == object.size && md5_of(path) == object.md5;
}

}  // namespace

Task<> save_response(http::ClientResponse& response, std::string path, Progress* progress) {
  if (path == "-") {
    co_await drain(response, STDOUT_FILENO, path, progress);
    co_return;
  }
  std::error_code error;
  const auto folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  const auto fresh = fmt::format("{}.part{}", path, ::getpid());
  const Fd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file) throw Error(Fault::unavailable, fmt::format("write {}: {}", path, std::generic_category().message(errno)));
  std::exception_ptr failure;
  try {
    co_await drain(response, file.get(), path, progress);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    fs::remove(fresh, error);
    std::rethrow_exception(failure);
  }
  fs::rename(fresh, path, error);
  if (error) throw Error(Fault::unavailable, fmt::format("write {}: {}", path, error.message()));
}

Task<> pull_folder(Session& session, Words words) {
  const auto prefix = words.get("--prefix");
  const fs::path root = words.get("FOLDER");
  const auto listed = co_await list_objects(session, prefix);
  const auto pull = std::make_shared<Pull>(Pull{.session = session, .objects = {}, .places = {}, .progress = nullptr});
  std::uint64_t bytes = 0;
  std::size_t same = 0;
  for (const auto& object : listed) {
    const auto place = place_below(root, object.name, prefix);
    if (!place) throw Error(Fault::invalid, fmt::format("pull {}: its name is no place in a folder", object.name));
    if (is_there(*place, object)) {
      ++same;
      continue;
    }
    pull->objects.push_back(object);
    pull->places.push_back(*place);
    bytes += object.size;
  }
  const auto count = pull->objects.size();
  const auto hands = static_cast<std::size_t>(words.number("--jobs", 4, 1, 64));
  pull->progress = std::make_unique<Progress>(session.err(), is_terminal(), count, bytes);
  co_await do_jobs(count, hands, [pull](std::size_t index) { return pull_one(pull, index); });
  pull->progress.reset();
  const json::object numbers{{"pulled", count}, {"bytes", bytes}, {"same", same}};
  session.out() << (session.as_json() ? json::serialize(numbers)
                                      : fmt::format("pulled {} files, {}; {} same", count, size_text(bytes), same))
                << "\n";
}

}  // namespace calotype::cli
