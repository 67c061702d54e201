#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"

/// Tables as vectors, in the order of addition.
namespace calotype::tables {

template <class Row, class Test>
std::optional<Row> first_of(const std::vector<Row>& rows, Test test) {
  const auto found = std::find_if(rows.begin(), rows.end(), test);
  if (found == rows.end()) return std::nullopt;
  return *found;
}

/// Null when there is none.
template <class Row, class Test>
Row* find_first(std::vector<Row>& rows, Test test) {
  const auto found = std::find_if(rows.begin(), rows.end(), test);
  return found == rows.end() ? nullptr : &*found;
}

template <class Row, class Test>
bool has(const std::vector<Row>& rows, Test test) {
  return std::any_of(rows.begin(), rows.end(), test);
}

template <class Row, class Test>
std::vector<Row> by_creation(const std::vector<Row>& rows, Test test) {
  std::vector<Row> chosen;
  for (const Row& row : rows) {
    if (!test(row)) continue;
    const auto is_before = [](const Row& a, const Row& b) { return a.created < b.created; };
    chosen.insert(std::upper_bound(chosen.begin(), chosen.end(), row, is_before), row);
  }
  return chosen;
}

template <class Row>
bool is_id_taken(const std::vector<Row>& rows, const Row& row) {
  return has(rows, [&](const Row& other) { return other.id == row.id; });
}

[[noreturn]] inline void refuse_taken(const std::string& what) {
  throw Error(Fault::conflict, fmt::format("{}: the id or name is taken", what));
}

[[noreturn]] inline void refuse_orphan(const std::string& what) {
  throw Error(Fault::missing, fmt::format("{}: what it belongs to is not there", what));
}

/// False when there is none.
template <class Row, class Test>
bool erase_first(std::vector<Row>& rows, Test test) {
  const auto found = std::find_if(rows.begin(), rows.end(), test);
  if (found == rows.end()) return false;
  rows.erase(found);
  return true;
}

}  // namespace calotype::tables
