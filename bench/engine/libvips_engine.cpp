// libvips' own thumbnailer and savers, one operation after another. See engine.py for what it is told.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include <vips/vips.h>

namespace {

const std::string& read_file(const std::string& path) {
  static std::map<std::string, std::string> files;
  auto& file = files[path];
  if (file.empty()) {
    std::ifstream in(path, std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), {});
  }
  return file;
}

std::string make(const std::string& file, int width, const std::string& format) {
  VipsImage* image = nullptr;
  void* data = nullptr;
  std::size_t size = 0;
  auto* bytes = const_cast<char*>(file.data());
  if (vips_thumbnail_buffer(bytes, file.size(), &image, width, "height", 10'000, nullptr) != 0) vips_error_exit(nullptr);
  const int failed = format == "jpg" ? vips_jpegsave_buffer(image, &data, &size, "Q", 80, nullptr)
                                     : vips_webpsave_buffer(image, &data, &size, "Q", 80, nullptr);
  if (failed != 0) vips_error_exit(nullptr);
  std::string body(static_cast<char*>(data), size);
  g_free(data);
  g_object_unref(image);
  return body;
}

}  // namespace

int main(int, char** argv) {
  if (VIPS_INIT(argv[0]) != 0) vips_error_exit(nullptr);
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string path;
    std::string format;
    std::string out;
    int width = 0;
    int count = 0;
    std::getline(words, path, '\t');
    words >> width >> format >> count >> out;
    const auto& file = read_file(path);
    std::string body;
    for (int i = 0; i < count; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      body = make(file, width, format);
      std::cout << std::chrono::nanoseconds(std::chrono::steady_clock::now() - begun).count() << " ";
    }
    if (out != "-") std::ofstream(out, std::ios::binary) << body;
    std::cout << std::endl;
  }
}
