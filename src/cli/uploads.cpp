#include "cli/uploads.h"

#include <boost/json.hpp>

#include "cli/files.h"
#include "core/digest.h"
#include "core/error.h"

namespace calotype::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostBytes = 1 << 20;

}  // namespace

bool BegunUpload::is_of(const LocalFile& file, std::uint64_t bytes_of_part) const {
  return size == file.size && modified_ns == file.modified_ns && part_bytes == bytes_of_part;
}

std::string upload_path(const Profile& profile, const std::string& name, const Environment& environment) {
  const auto folder = std::filesystem::path(credentials_path(environment)).parent_path() / "uploads";
  const auto key = Digest::of(profile.url + "\n" + bucket_path(profile) + "\n" + name).hex();
  return (folder / (key + ".json")).string();
}

std::optional<BegunUpload> load_upload(const std::string& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    const auto all = json::parse(read_input(path, kMostBytes)).as_object();
    BegunUpload upload{.upload_id = std::string(all.at("upload_id").as_string()),
                       .size = all.at("size").to_number<std::uint64_t>(),
                       .modified_ns = all.at("modified_ns").to_number<std::int64_t>(),
                       .part_bytes = all.at("part_bytes").to_number<std::uint64_t>()};
    for (const auto& part : all.at("done").as_array()) upload.done.insert(part.to_number<int>());
    return upload;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void save_upload(const std::string& path, const BegunUpload& upload) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  json::array done;
  for (const int part : upload.done) done.emplace_back(part);
  write_output(path, json::serialize(json::object{{"upload_id", upload.upload_id},
                                                  {"size", upload.size},
                                                  {"modified_ns", upload.modified_ns},
                                                  {"part_bytes", upload.part_bytes},
                                                  {"done", done}}));
}

void forget_upload(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace calotype::cli
