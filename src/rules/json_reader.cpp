#include "rules/json_reader.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>

namespace calotype::rules {
namespace {

namespace json = boost::json;
using json::error_code;

/// Receives the parser's events and builds the value. Numbers are read again from their text: the parser's own doubles
/// may be off by a unit in the last place, and then two spellings of one rule would differ.
class Builder {
 public:
  static constexpr std::size_t max_object_size = kMaxBytes;
  static constexpr std::size_t max_array_size = kMaxBytes;
  static constexpr std::size_t max_key_size = kMaxBytes;
  static constexpr std::size_t max_string_size = kMaxBytes;

  explicit Builder(Report& report) : report_(report) {}

  Value take() { return std::move(root_); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return open(Value(Value::Object{})); }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_array_begin(error_code&) { return open(Value(Value::Array{})); }
  bool on_array_end(std::size_t, error_code&) { return close(); }

  bool on_key_part(json::string_view part, std::size_t, error_code&) { return more(part); }
  bool on_key(json::string_view part, std::size_t, error_code&) {
    more(part);
    levels_.back().key = std::exchange(text_, {});
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code&) { return more(part); }
  bool on_string(json::string_view part, std::size_t, error_code&) {
    more(part);
    return add(Value(std::exchange(text_, {})));
  }
  bool on_number_part(json::string_view part, error_code&) { return more(part); }
  bool on_int64(std::int64_t, json::string_view part, error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, json::string_view part, error_code&) { return number(part); }
  bool on_double(double, json::string_view part, error_code&) { return number(part); }
  bool on_bool(bool value, error_code&) { return add(Value(value)); }
  bool on_null(error_code&) { return add(Value()); }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

 private:
  struct Level {
    Value value;
    std::string key;
    std::string pointer;
  };

  bool more(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  /// Of the value that comes next.
  std::string pointer() const {
    if (levels_.empty()) return {};
    const auto& level = levels_.back();
    if (const auto* array = level.value.array()) return child(level.pointer, array->size());
    return child(level.pointer, level.key);
  }

  bool number(json::string_view part) {
    more(part);
    const auto text = std::exchange(text_, {});
    double value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec == std::errc::result_out_of_range) {
      // A number too near to zero is zero; one too far from it is refused.
      const auto mark = text.find_first_of("eE");
      const bool is_tiny = mark == std::string::npos ? text.find("0.") <= 1 : text[mark + 1] == '-';
      if (!is_tiny) report_.error(pointer(), code::kOutOfRange, fmt::format("{} is too large a number", excerpt(text)));
      value = 0;
    }
    return add(Value(value));
  }

  bool open(Value empty) {
    auto at = pointer();
    levels_.push_back({std::move(empty), {}, std::move(at)});
    return true;
  }

  bool close() {
    auto value = std::move(levels_.back().value);
    levels_.pop_back();
    return add(std::move(value));
  }

  bool add(Value value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return true;
    }
    auto& level = levels_.back();
    if (auto* array = level.value.array()) {
      array->push_back(std::move(value));
      return true;
    }
    const auto [at, is_new] = level.value.object()->emplace(level.key, std::move(value));
    if (!is_new) {
      report_.error(child(level.pointer, level.key), code::kDuplicateKey,
                    fmt::format("the key \"{}\" is given more than once", excerpt(level.key)));
    }
    return true;
  }

  Report& report_;
  std::vector<Level> levels_;
  std::string text_;
  Value root_;
};

}  // namespace

std::optional<Value> read_json(std::string_view text, Report& report, std::size_t max_depth, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    report.error("", code::kTooLarge,
                 fmt::format("a rule has at most {} bytes, and this has {}", max_bytes, text.size()));
    return std::nullopt;
  }
  json::parse_options options;
  options.max_depth = max_depth;
  json::basic_parser<Builder> parser(options, report);
  error_code error;
  const auto used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = json::error::extra_data;
  if (error == json::error::too_deep) {
    report.error("", code::kTooDeep, fmt::format("a rule nests at most {} levels deep", max_depth));
    return std::nullopt;
  }
  if (error) {
    report.error("", code::kInvalidJson, fmt::format("not JSON: {} at byte {}", error.message(), used));
    return std::nullopt;
  }
  return parser.handler().take();
}

}  // namespace calotype::rules
