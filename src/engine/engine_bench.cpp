// The engine as a worker runs it, one operation after another; and how near pictures are to what they ought to be. See
// bench/engine.py for what it is told.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <vips/vips8>

#include "engine/engine.h"
#include "golden/reference.h"
#include "probe/probe.h"
#include "rules/language.h"
#include "transform/planner.h"

namespace calotype::engine {
namespace {

using reference::Field;

const std::string& read_file(const std::string& path) {
  static std::map<std::string, std::string> files;
  auto& file = files[path];
  if (file.empty()) {
    std::ifstream in(path, std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), {});
  }
  return file;
}

constexpr std::string_view kMark = "+mark";

/// "jpg", or "jpg+mark", with a watermark, whose file the environment's MARK names. The environment's QUALITY is the
/// rule's, as JSON, and so is OVERLAYS.
struct Wish {
  std::string format;
  int width = 0;
  bool has_mark = false;

  std::string rule() const {
    const auto* mark = has_mark ? R"(,"watermark":{"id":"m","location":"north","dimension":"20%"})" : "";
    const char* quality = std::getenv("QUALITY");
    const char* overlays = std::getenv("OVERLAYS");
    return fmt::format(R"({{"format":"{}","quality":{},"actions":[{{"resize":{{"width":{}}}}}],"overlays":{}{}}})",
                       format, quality != nullptr ? quality : R"({"default":80,"webp":80})", width,
                       overlays != nullptr ? overlays : "[]", mark);
  }
};

/// All that one rendition needs.
struct Work {
  Plan plan;
  Input input;
};

Work work_of(const std::string& file, const Wish& wish) {
  const auto bound = rules::bind(rules::parse(wish.rule()), {});
  Work work{.plan = {}, .input = {.original = std::as_bytes(std::span(file)), .marks = {}, .mark_infos = {}}};
  std::vector<std::optional<ImageInfo>> infos;
  if (wish.has_mark) {
    const auto& mark = read_file(std::getenv("MARK"));
    work.input.marks.push_back(std::as_bytes(std::span(mark)));
    work.input.mark_infos.push_back(probe::probe(work.input.marks.back()));
    infos.emplace_back(work.input.mark_infos.back());
  }
  const auto target = wish.format == "jpg" ? ImageFormat::jpg : ImageFormat::webp;
  work.plan = transform::make_plan(bound.rule, probe::probe(work.input.original), std::nullopt, infos, target, {});
  return work;
}

void make(std::istringstream& words, const std::string& path) {
  Wish wish;
  int count = 0;
  std::string out;
  words >> wish.width >> wish.format >> count >> out;
  wish.has_mark = wish.format.ends_with(kMark);
  if (wish.has_mark) wish.format.resize(wish.format.size() - kMark.size());
  const auto work = work_of(read_file(path), wish);
  std::string body;
  for (int i = 0; i < count; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    body = render(work.plan, work.input).body;
    std::cout << std::chrono::nanoseconds(std::chrono::steady_clock::now() - begun).count() << " ";
  }
  if (out != "-") std::ofstream(out, std::ios::binary) << body;
  std::cout << std::endl;
}

Field decoded(const std::string& path) {
  auto image = vips::VImage::new_from_file(path.c_str());
  if (image.bands() == 1) image = image.bandjoin({image, image});
  if (image.bands() > 3) image = image.extract_band(0, vips::VImage::option()->set("n", 3));
  std::size_t size = 0;
  auto* pixels = static_cast<std::uint8_t*>(image.write_to_memory(&size));
  auto field = reference::field_of(pixels, {.width = image.width(), .height = image.height()});
  g_free(pixels);
  return field;
}

/// Of pictures made of an original: structural similarity to what floating point gives from all of its pixels.
void compare(std::istringstream& words, const std::string& path) {
  const auto whole = decoded(path);
  std::map<std::pair<int, int>, Field> truths;
  std::string made;
  while (std::getline(words, made, '\t')) {
    const auto picture = decoded(made);
    auto& truth = truths.try_emplace({picture.size.width, picture.size.height}, Field(Size{})).first->second;
    if (truth.rgb.empty()) truth = reference::scaled(whole, picture.size);
    std::cout << fmt::format("{:.5f} ", reference::ssim(picture, truth));
  }
  std::cout << std::endl;
}

void serve(void (*answer)(std::istringstream& words, const std::string& path)) {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string path;
    std::getline(words, path, '\t');
    answer(words, path);
  }
}

}  // namespace
}  // namespace calotype::engine

/// `bench_engine` makes renditions; `bench_engine compare` reads any picture, which a worker must not.
int main(int count, char** words) {
  using namespace calotype::engine;
  if (count > 1) {
    if (VIPS_INIT(words[0]) != 0) return 1;
    vips_cache_set_max(0);  // the files change under their names
    serve(compare);
  } else {
    warm_up();
    serve(make);
  }
  return 0;
}
