#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace calotype::api {

/// Reads the members of a JSON object by name and says all that is wrong with them at once. null counts as absent.
/// Thread: one.
class JsonFields {
 public:
  enum class Unknown { refused, ignored };

  /// `attempt`: "add a domain", for messages; `root`: before every pointer. An empty text is an empty object.
  /// Throws invalid (code "invalid-json") where it cannot be read, repeats a key, or is no object.
  JsonFields(std::string_view text, std::string attempt, Unknown unknown, std::string root = "");
  ~JsonFields();
  JsonFields(JsonFields&&) noexcept;
  JsonFields& operator=(JsonFields&&) = delete;

  bool has(std::string_view name);
  std::optional<std::string> text(std::string_view name);
  std::optional<bool> flag(std::string_view name);
  std::optional<std::int64_t> whole(std::string_view name);
  std::optional<double> number(std::string_view name);
  /// Whatever it is, as JSON.
  std::optional<std::string> json(std::string_view name);
  /// A list of texts.
  std::optional<std::vector<std::string>> texts(std::string_view name);
  /// As text(), but its absence is a problem; empty then.
  std::string need_text(std::string_view name);
  /// As number(), but its absence is a problem; 0 then.
  double need_number(std::string_view name);
  /// The members of a member; none where it is absent. Its problems are this one's.
  JsonFields within(std::string_view name);

  void add_problem(std::string_view name, std::string detail, std::string hint = "");

  /// Throws unprocessable (code "invalid-body") with every problem, when there are any. Members that nobody asked for
  /// are problems where they are refused. Call on the outermost one, last.
  void finish() const;

 private:
  struct Node;
  struct Report;
  JsonFields(std::shared_ptr<Node> node, std::shared_ptr<Report> report);

  std::shared_ptr<Node> node_;
  std::shared_ptr<Report> report_;
};

}  // namespace calotype::api
