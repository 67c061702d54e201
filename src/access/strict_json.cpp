#include "access/strict_json.h"

#include <set>

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

namespace calotype::access {

namespace {

namespace json = boost::json;

/// Remembers the keys of every open object, and nothing else.
struct KeyHandler {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  using Code = json::error_code;
  using Part = json::string_view;

  std::vector<std::set<std::string, std::less<>>> open;
  std::string key;
  bool is_repeated = false;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, Code&) {
    open.pop_back();
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_key_part(Part part, std::size_t, Code&) {
    key.append(part.data(), part.size());
    return true;
  }
  bool on_key(Part part, std::size_t, Code& code) {
    key.append(part.data(), part.size());
    is_repeated = !open.back().insert(std::move(key)).second;
    key.clear();
    if (is_repeated) code = json::error::exception;
    return !is_repeated;
  }
  bool on_string_part(Part, std::size_t, Code&) { return true; }
  bool on_string(Part, std::size_t, Code&) { return true; }
  bool on_number_part(Part, Code&) { return true; }
  bool on_int64(std::int64_t, Part, Code&) { return true; }
  bool on_uint64(std::uint64_t, Part, Code&) { return true; }
  bool on_double(double, Part, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(Part, Code&) { return true; }
  bool on_comment(Part, Code&) { return true; }
};

}  // namespace

bool is_strict_json(std::string_view text, std::size_t max_depth) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::basic_parser<KeyHandler> parser(options);
  json::error_code code;
  const auto used = parser.write_some(false, text.data(), text.size(), code);
  return !code && used == text.size();
}

}  // namespace calotype::access
