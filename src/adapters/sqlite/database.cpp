#include "adapters/sqlite/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <mutex>
#include <vector>

#include <fmt/format.h>

#include "adapters/sqlite/cached_reads.h"
#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/writer.h"
#include "core/bounded_pool.h"
#include "core/fd.h"

namespace calotype {

namespace {

/// Makes the entry of a new database file durable; its contents are SQLite's own care.
void flush_folder(const std::filesystem::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) {
    throw Error(Fault::unavailable, fmt::format("flush folder {}: {}", folder.string(), std::strerror(errno)));
  }
}

std::unique_ptr<Connection> open_migrated(const std::filesystem::path& file) {
  auto connection = std::make_unique<Connection>(file, Connection::Use::write);
  migrate(*connection, built_in_migrations());
  flush_folder(std::filesystem::absolute(file).parent_path());
  return connection;
}

/// Connections that are used by one at a time.
class Readers {
 public:
  Readers(const std::filesystem::path& file, std::size_t count, Connection::Use use) {
    for (std::size_t i = 0; i < count; ++i) free_.push_back(std::make_unique<Connection>(file, use));
  }

  /// False: none is free.
  template <class Work>
  bool use(const Work& work) {
    auto connection = take();
    if (!connection) return false;
    try {
      work(*connection);
    } catch (...) {
      give_back(std::move(connection));
      throw;
    }
    give_back(std::move(connection));
    return true;
  }

 private:
  std::unique_ptr<Connection> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return nullptr;
    auto connection = std::move(free_.back());
    free_.pop_back();
    return connection;
  }
  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> free_;  // guarded by mutex_
};

}  // namespace

struct Database::Parts {
  Parts(const std::filesystem::path& file, const Options& options)
      : writer(open_migrated(file), {.queued = options.queued_changes, .group = options.group}),
        readers(file, options.readers, Connection::Use::read),
        readers_at_once(file, options.readers_at_once, Connection::Use::read_at_once),
        pool("read the database", options.readers, options.queued_reads) {}

  Writer writer;
  Readers readers;  ///< as many as threads that read: one is always free
  Readers readers_at_once;
  BoundedPool pool;  // last: its threads end first
};

Database::Database(std::filesystem::path file, Options options) : parts_(std::make_unique<Parts>(file, options)) {}

Database::~Database() = default;

Task<> Database::submit(Context ctx, Work change) {
  const auto executor = co_await current_executor();
  Handoff handoff(executor);
  parts_->writer.add(std::move(change), handoff);
  co_await handoff.wait(ctx.deadline, Handoff::Once::may_leave, "change the database");
}

Task<> Database::look_up(Context ctx, Work query) {
  auto work = [parts = parts_.get(), query = std::move(query)] { parts->readers.use(query); };
  co_await parts_->pool.run_owning(std::move(ctx), std::move(work));
}

void Database::read_at_once(const Work& query) {
  if (!CachedReadsOnly::is_possible()) return;
  const CachedReadsOnly cached;
  try {
    parts_->readers_at_once.use(query);
  } catch (const Error&) {  // most often it is not in memory; a fault shows itself again
  }
}

Task<> Database::check(Context ctx) {
  if (parts_->writer.has_failed()) {
    // Only a write that reaches the disk tells whether it is over.
    Work probe = [](Connection& connection) {
      Query(connection, "UPDATE migrations SET applied_ms = applied_ms WHERE version = 1").run();
    };
    co_await submit(ctx, std::move(probe));
  }
  auto look = [](Connection& connection) {
    Query rows(connection, "SELECT max(version) FROM migrations");
    return rows.step();
  };
  co_await read(std::move(ctx), std::move(look));
}

Database::Load Database::load() const {
  return {.queued_changes = parts_->writer.queued(), .reads = parts_->pool.load(), .commits = parts_->writer.commits()};
}

}  // namespace calotype
