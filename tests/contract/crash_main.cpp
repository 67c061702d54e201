// Kills a process that uploads, again and again, and looks whether everything that it acknowledged is there.
//
//   crash_test [--rounds N] [--seed N]
//
// The child stores a blob, then its row, then writes a line into a pipe: the parent's ledger, which no crash of the
// child can lose. The parent kills it at a random instant, opens what is left and checks: every line of the ledger has
// its row and its bytes; every row has its bytes; every blob is what its name says.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>

#include "adapters/files/file_blob_store.h"
#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "contract/samples.h"
#include "core/fd.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

constexpr int kUploaders = 8;
/// A name in the ledger, a space, a hash, a new line: shorter than what a pipe takes whole.
constexpr std::size_t kHexSize = 64;

struct Stores {
  explicit Stores(const std::filesystem::path& folder)
      : blobs(folder / "blobs", {.reserve_bytes = 0}), database(folder / "calotype.db") {}
  FileBlobStore blobs;
  Database database;
  SqliteCatalog catalog{database};
  SqliteObjectIndex index{database};
};

[[noreturn]] void fail(const std::string& what) {
  std::cerr << "crash_test: " << what << "\n";
  std::exit(1);
}

// ---- the child ----

Task<> upload(Stores& stores, const Bucket& bucket, std::string name, std::string text) {
  const Context ctx;
  const auto staged = co_await stores.blobs.stage(ctx);
  for (std::size_t at = 0; at < text.size(); at += 16384) {
    const auto part = std::as_bytes(std::span(text)).subspan(at, std::min<std::size_t>(16384, text.size() - at));
    co_await staged->append(ctx, part);
  }
  auto object = samples::object(bucket, std::move(name));
  object.content = staged->finish().sha256;
  object.size_bytes = text.size();
  co_await staged->commit(ctx);
  co_await stores.index.add(ctx, object);
  const auto line = object.name + " " + object.content.hex() + "\n";
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) fail("write the ledger");
}

Task<> upload_for_ever(Stores& stores, Bucket bucket, std::string prefix, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0;; ++i) {
    // Half of them are of few different contents: equal blobs meet.
    const bool is_common = random() % 2 == 0;
    const auto size = is_common ? 1000 + random() % 4 : 1 + random() % 200'000;
    std::string text(size, static_cast<char>('a' + random() % 26));
    if (!is_common) text.replace(0, std::min<std::size_t>(size, 12), std::to_string(random()));
    auto name = fmt::format("{}-{}", prefix, i);
    co_await upload(stores, bucket, std::move(name), std::move(text));
  }
}

int run_child(const std::filesystem::path& folder, const std::string& round, unsigned seed) {
  Stores stores(folder);
  const auto bucket = run_task(stores.catalog.find_bucket_named({}, "pictures"));
  if (!bucket) fail("the bucket is not there");
  std::vector<Task<>> uploads;
  for (int i = 0; i < kUploaders; ++i) {
    uploads.push_back(
        upload_for_ever(stores, *bucket, fmt::format("{}-{}", round, i), seed + static_cast<unsigned>(i)));
  }
  for (const auto& thrown : run_all(std::move(uploads), std::chrono::minutes(1))) {
    if (thrown) std::rethrow_exception(thrown);
  }
  return 1;
}

// ---- the parent ----

struct Acknowledged {
  std::string name;
  std::string hash;
};

void take_lines(std::string& text, std::vector<Acknowledged>& ledger) {
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
    const auto space = end - kHexSize - 1;
    ledger.push_back({.name = text.substr(0, space), .hash = text.substr(space + 1, kHexSize)});
    text.erase(0, end + 1);
  }
}

/// Reads until the child is dead; kills it `after` its first line.
void watch_and_kill(pid_t child, const Fd& pipe, std::chrono::microseconds after, std::vector<Acknowledged>& ledger) {
  std::string text;
  std::array<char, 4096> buffer{};
  std::jthread killer;
  for (;;) {
    const auto count = ::read(pipe.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    take_lines(text, ledger);
    if (!killer.joinable()) {
      killer = std::jthread([child, after] {
        std::this_thread::sleep_for(after);
        ::kill(child, SIGKILL);
      });
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) fail("the child ended by itself");
}

void run_round(const std::filesystem::path& folder, int round, std::mt19937& random,
               std::vector<Acknowledged>& ledger) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) fail("make a pipe");
  Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  const auto seed = std::to_string(random());
  const auto number = std::to_string(round);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(write_end.get(), STDOUT_FILENO);
    read_end.reset();
    write_end.reset();
    ::execl("/proc/self/exe", "crash_test", "--child", folder.c_str(), number.c_str(), seed.c_str(), nullptr);
    ::_exit(127);
  }
  write_end.reset();
  watch_and_kill(child, read_end, std::chrono::microseconds(random() % 150'000), ledger);
}

Digest hash_of(const SharedSource& source) {
  std::string text(source->size(), '\0');
  run_task(source->read_at({}, 0, std::as_writable_bytes(std::span(text))));
  return Digest::of(text);
}

void check_ledger(Stores& stores, const Bucket& bucket, const std::vector<Acknowledged>& ledger) {
  for (const auto& line : ledger) {
    const auto object = run_task(stores.index.find({}, bucket.id, line.name));
    if (!object) fail("acknowledged, but without a row: " + line.name);
    if (object->content.hex() != line.hash) fail("acknowledged with another hash: " + line.name);
  }
}

/// Gives how many rows there are.
std::size_t check_rows(Stores& stores, const std::filesystem::path& folder) {
  Connection connection(folder / "calotype.db", Connection::Use::read);
  Query integrity(connection, "PRAGMA integrity_check");
  if (!integrity.step() || integrity.text() != "ok") fail("the database is damaged");
  Query rows(connection, "SELECT DISTINCT content FROM objects");
  while (rows.step()) {
    Digest hash;
    rows.octets(hash.octets);
    const auto source = run_task(stores.blobs.open({}, hash));
    if (!source) fail("a row without its blob: " + hash.hex());
    if (hash_of(source) != hash) fail("a blob with other bytes: " + hash.hex());
  }
  Query count(connection, "SELECT count(*) FROM objects");
  count.step();
  const auto in_rows = count.integer();
  Query usage(connection, "SELECT sum(objects) FROM bucket_usage");
  usage.step();
  if (usage.integer() != in_rows) fail("the counters are not the sum of the rows");
  return static_cast<std::size_t>(in_rows);
}

/// Gives how many blobs there are.
std::size_t check_blobs(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "blobs")) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (Digest::of(text).hex() != entry.path().filename()) fail("a file that is not what its name says");
    ++count;
  }
  return count;
}

int run_parent(int rounds, unsigned seed) {
  std::cout << "crash_test: seed " << seed << "\n";
  const TempDir folder;
  Bucket bucket;
  {
    Stores stores(folder.path());
    const auto tenant = samples::tenant();
    run_task(stores.catalog.add_tenant({}, tenant, samples::key(tenant.id)));
    const auto domain = samples::domain(tenant.id);
    run_task(stores.catalog.add_domain({}, domain));
    bucket = samples::bucket(domain, "pictures");
    run_task(stores.catalog.add_bucket({}, bucket));
  }
  std::mt19937 random(seed);
  std::vector<Acknowledged> ledger;
  std::size_t rows = 0;
  for (int round = 0; round < rounds; ++round) {
    run_round(folder.path(), round, random, ledger);
    Stores stores(folder.path());
    check_ledger(stores, bucket, ledger);
    rows = check_rows(stores, folder.path());
    if (rows < ledger.size()) fail("fewer rows than lines");
  }
  const auto blobs = check_blobs(folder.path());
  std::cout << fmt::format("crash_test: {} kills, {} acknowledged, {} rows, {} blobs: nothing is lost\n", rounds,
                           ledger.size(), rows, blobs);
  return 0;
}

int run_program(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.size() == 4 && arguments[0] == "--child") {
    return run_child(arguments[1], arguments[2], static_cast<unsigned>(std::stoul(arguments[3])));
  }
  int rounds = 10;
  unsigned seed = std::random_device()();
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--rounds") rounds = std::stoi(arguments[i + 1]);
    if (arguments[i] == "--seed") seed = static_cast<unsigned>(std::stoul(arguments[i + 1]));
  }
  return run_parent(rounds, seed);
}

}  // namespace
}  // namespace calotype

int main(int count, char** words) {
  try {
    return calotype::run_program(count, words);
  } catch (const std::exception& error) {
    calotype::fail(error.what());
  }
}
