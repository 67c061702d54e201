#include "adapters/sqlite/migrations.h"

#include <chrono>

#include <fmt/format.h>

#include "adapters/sqlite/migration_texts.h"
#include "core/digest.h"

namespace calotype {

namespace {

void apply(Connection& connection, std::int64_t version, const Migration& migration) {
  connection.run(std::string(migration.second));
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  const auto hash = Digest::of(migration.second);
  Query(connection, "INSERT INTO migrations (version, name, hash, applied_ms) VALUES (?, ?, ?, ?)")
      .bind(version)
      .bind(migration.first)
      .bind(std::span<const std::uint8_t>(hash.octets))
      .bind(std::int64_t{now.count()})
      .run();
}

/// How many of them the database has, which must be the first ones, unchanged.
std::size_t count_applied(Connection& connection, std::span<const Migration> migrations) {
  Query rows(connection, "SELECT version, hash, name FROM migrations ORDER BY version");
  std::size_t count = 0;
  while (rows.step()) {
    const auto version = rows.integer();
    Digest hash;
    rows.octets(hash.octets);
    const auto name = rows.text();
    if (version > static_cast<std::int64_t>(migrations.size())) {
      throw Error(
          Fault::conflict,
          fmt::format("open the database: a newer program has changed it (step {}); this one knows steps up to {}",
                      name, migrations.size()));
    }
    if (version != static_cast<std::int64_t>(count) + 1 || hash != Digest::of(migrations[count].second)) {
      throw Error(Fault::conflict, fmt::format("open the database: its step {} is not the one of this program", name));
    }
    ++count;
  }
  return count;
}

}  // namespace

std::span<const Migration> built_in_migrations() { return kMigrations; }

void migrate(Connection& connection, std::span<const Migration> migrations) {
  connection.run("BEGIN IMMEDIATE");
  try {
    connection.run(
        "CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL,"
        " applied_ms INTEGER NOT NULL) STRICT");
    for (auto i = count_applied(connection, migrations); i < migrations.size(); ++i) {
      apply(connection, static_cast<std::int64_t>(i) + 1, migrations[i]);
    }
    connection.run("COMMIT");
  } catch (...) {
    if (connection.is_in_transaction()) connection.run("ROLLBACK");
    throw;
  }
}

}  // namespace calotype
