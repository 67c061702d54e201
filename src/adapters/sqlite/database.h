#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/context.h"
#include "core/task.h"

namespace calotype {

class Connection;

/// One SQLite file: changes go through one writer, which commits them in groups; reads run side by side. What the
/// adapters for catalog and index share. Outlives whoever uses it. Thread: any.
class Database {
 public:
  struct Options {
    std::size_t readers = 4;
    std::size_t readers_at_once = 2;  ///< for those that do not wait
    std::size_t queued_reads = 1024;
    std::size_t queued_changes = 4096;
    std::size_t group = 64;  ///< changes in one commit
  };

  /// Opens the file, or makes it, and brings its schema up to date; blocks. Throws: unavailable (cannot be opened),
  /// conflict (a newer program has changed it), internal (damaged).
  explicit Database(std::filesystem::path file) : Database(std::move(file), Options()) {}
  Database(std::filesystem::path file, Options options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `change` in a transaction, on the writer's thread, and gives its result once it is on the disk. It owns what
  /// it uses, except what `this` of an adapter refers to. Throws: what `change` throws (then nothing is changed);
  /// unavailable when too much is waiting; timed_out at the deadline: then it may still happen.
  template <class Change>
  Task<std::invoke_result_t<Change, Connection&>> write(Context ctx, Change change) {
    using Result = std::invoke_result_t<Change, Connection&>;
    if constexpr (std::is_void_v<Result>) {
      co_await submit(std::move(ctx), std::move(change));
    } else {
      const auto result = std::make_shared<std::optional<Result>>();
      auto work = [result, change = std::move(change)](Connection& connection) { result->emplace(change(connection)); };
      co_await submit(std::move(ctx), std::move(work));
      co_return std::move(**result);
    }
  }

  /// Runs `query` on a reader's connection and gives its result. It owns what it uses. Throws: what `query` throws;
  /// unavailable when too much is waiting; timed_out at the deadline.
  template <class Find>
  Task<std::invoke_result_t<Find, Connection&>> read(Context ctx, Find query) {
    using Result = std::invoke_result_t<Find, Connection&>;
    const auto result = std::make_shared<std::optional<Result>>();
    auto work = [result, query = std::move(query)](Connection& connection) { result->emplace(query(connection)); };
    co_await look_up(std::move(ctx), std::move(work));
    co_return std::move(**result);
  }

  /// The same for a query of a row or so: on the caller's thread, where all that it reads is in memory, which takes
  /// some microseconds and no other thread; else as read().
  template <class Find>
  Task<std::invoke_result_t<Find, Connection&>> read_row(Context ctx, Find query) {
    using Result = std::invoke_result_t<Find, Connection&>;
    std::optional<Result> found;
    read_at_once([&](Connection& connection) { found.emplace(query(connection)); });
    if (found) co_return std::move(*found);
    co_return co_await read(std::move(ctx), std::move(query));
  }

  /// Throws what a use would throw.
  Task<> check(Context ctx);

  struct Load {
    std::size_t queued_changes = 0;
    std::size_t reads = 0;
    std::size_t commits = 0;
  };
  Load load() const;

 private:
  using Work = std::function<void(Connection&)>;
  Task<> submit(Context ctx, Work change);
  Task<> look_up(Context ctx, Work query);
  /// Does nothing where it would have to wait for something. What fails is left to whoever tries again.
  void read_at_once(const Work& query);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace calotype
