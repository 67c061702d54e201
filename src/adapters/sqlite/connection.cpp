#include "adapters/sqlite/connection.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "adapters/sqlite/cached_reads.h"

namespace calotype {

namespace {

constexpr int kBusyMilliseconds = 5000;

/// How many statements end up prepared is known from the code; this only guards against SQL made at run time.
constexpr std::size_t kMaxStatements = 500;

Fault fault_of(int extended, int system_error) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return Fault::conflict;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return Fault::missing;
    default: break;
  }
  switch (extended & 0xff) {
    case SQLITE_FULL: return Fault::full;
    case SQLITE_IOERR: return system_error == ENOSPC || system_error == EDQUOT ? Fault::full : Fault::unavailable;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM: return Fault::unavailable;
    default: return Fault::internal;
  }
}

Error error_of(sqlite3* db, std::string_view what) {
  const int code = sqlite3_extended_errcode(db);
  return Error(fault_of(code, sqlite3_system_errno(db)), fmt::format("{}: {}", what, sqlite3_errmsg(db)));
}

}  // namespace

void Connection::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }
void Connection::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Connection::Connection(const std::filesystem::path& file, Use use) {
  CachedReadsOnly::prepare();
  sqlite3* db = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (use == Use::write) flags |= SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
  db_.reset(db);
  const auto what = fmt::format("open database {}", file.string());
  if (db == nullptr) throw Error(Fault::unavailable, what + ": no memory");
  if (code != SQLITE_OK) throw error_of(db, what);
  sqlite3_busy_timeout(db, kBusyMilliseconds);
  // FULL: a commit has reached the disk when it returns. Foreign keys are off unless every connection asks for them.
  run("PRAGMA foreign_keys = ON");
  run("PRAGMA trusted_schema = OFF");
  if (use == Use::write) {
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA journal_size_limit = 67108864");
  } else {
    run("PRAGMA query_only = ON");
  }
  if (use == Use::read_at_once) sqlite3_busy_timeout(db, 0);
}

Connection::~Connection() { statements_.clear(); }

void Connection::run(const std::string& sql) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
  throw error_of(db_.get(), fmt::format("run {}", sql.substr(0, 40)));
}

bool Connection::is_in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

std::int64_t Connection::changes() const { return sqlite3_changes64(db_.get()); }

Error Connection::failure(std::string_view what) const { return error_of(db_.get(), what); }

sqlite3_stmt* Connection::statement(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
  if (statements_.size() >= kMaxStatements) throw Error(Fault::internal, "prepare a statement: too many are kept");
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) throw error_of(db_.get(), fmt::format("prepare {}", sql.substr(0, 40)));
  statements_.emplace(sql, statement);
  return statement;
}

Query::Query(Connection& connection, std::string_view sql)
    : connection_(connection), statement_(connection.statement(sql)), sql_(sql) {
  if (sqlite3_stmt_busy(statement_) != 0) throw Error(Fault::internal, "query: the statement is in use");
}

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::require(int code) {
  if (code != SQLITE_OK) throw connection_.failure(fmt::format("run {}", sql_.substr(0, 40)));
}

Query& Query::bind(std::int64_t value) {
  require(sqlite3_bind_int64(statement_, ++parameter_, value));
  return *this;
}

Query& Query::bind(double value) {
  require(sqlite3_bind_double(statement_, ++parameter_, value));
  return *this;
}

Query& Query::bind(std::string_view text) {
  // An empty view may hold a null pointer, which SQLite would take for NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  require(sqlite3_bind_text64(statement_, ++parameter_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::bind(std::span<const std::uint8_t> octets) {
  require(sqlite3_bind_blob64(statement_, ++parameter_, octets.data(), octets.size(), SQLITE_STATIC));
  return *this;
}

Query& Query::bind_null() {
  require(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

bool Query::step() {
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw connection_.failure(fmt::format("run {}", sql_.substr(0, 40)));
}

void Query::run() {
  while (step()) {
  }
}

std::int64_t Query::integer() { return sqlite3_column_int64(statement_, column_++); }

double Query::real() { return sqlite3_column_double(statement_, column_++); }

std::string Query::text() {
  const auto* data = sqlite3_column_text(statement_, column_);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_));
  ++column_;
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data), size};
}

void Query::octets(std::span<std::uint8_t> into) {
  const void* data = sqlite3_column_blob(statement_, column_);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_));
  ++column_;
  if (size != into.size())
    throw Error(Fault::internal, fmt::format("read a row: {} octets, not {}", size, into.size()));
  std::memcpy(into.data(), data, size);
}

bool Query::is_null() const { return sqlite3_column_type(statement_, column_) == SQLITE_NULL; }

}  // namespace calotype
