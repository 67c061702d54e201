#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace calotype {

/// One connection to a database file, with the statements that it has prepared. Thread: one at a time.
class Connection {
 public:
  enum class Use {
    write,
    read,
    read_at_once  ///< where another has what it needs locked, it fails and does not wait
  };

  /// Throws: unavailable (cannot be opened), internal (not a database).
  Connection(const std::filesystem::path& file, Use use);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Runs statements that give no rows. Throws as Query does.
  void run(const std::string& sql);
  /// False once an error has ended the transaction by itself.
  bool is_in_transaction() const;
  /// Rows that the last statement changed, without those changed by triggers.
  std::int64_t changes() const;
  /// What the last failure on this connection was, as an Error. `what` was attempted.
  Error failure(std::string_view what) const;

 private:
  friend class Query;
  struct Close {
    void operator()(sqlite3* db) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  /// Prepared once; `sql` is a literal, so that its address stays.
  sqlite3_stmt* statement(std::string_view sql);

  // The statements go first.
  std::unique_ptr<sqlite3, Close> db_;
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

/// One use of a prepared statement: bind what is asked for in order, then step through the rows. Thread: one.
/// Throws: conflict (unique), missing (a parent), full, unavailable (busy, I/O), internal (damaged, or wrong SQL).
class Query {
 public:
  /// `sql` must be a literal: statements are kept under it.
  Query(Connection& connection, std::string_view sql);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  /// Each binds the next parameter. Texts and octets must live until the query is done.
  Query& bind(std::int64_t value);
  Query& bind(double value);
  Query& bind(std::string_view text);
  Query& bind(std::span<const std::uint8_t> octets);
  Query& bind_null();

  /// Goes to the next row; false when there is none.
  bool step();
  /// For statements without rows.
  void run();

  /// Each reads the next column of the row.
  std::int64_t integer();
  double real();
  std::string text();
  bool boolean() { return integer() != 0; }
  /// Throws internal unless there are exactly as many.
  void octets(std::span<std::uint8_t> into);
  /// Whether the next column is NULL, without reading it.
  bool is_null() const;
  void skip(int columns) { column_ += columns; }

 private:
  void require(int code);

  Connection& connection_;
  sqlite3_stmt* statement_;
  std::string_view sql_;
  int parameter_ = 0;
  int column_ = 0;
};

}  // namespace calotype
