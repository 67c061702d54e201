#include "adapters/sqlite/database.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <fstream>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "adapters/sqlite/cached_reads.h"
#include "adapters/sqlite/connection.h"
#include "core/fd.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

constexpr auto kInsert = "INSERT INTO tenants (id, name, admin_email, is_operator, created_ms) VALUES (?, ?, '', 0, 0)";

/// Adds a tenant whose id is `number`.
void insert(Connection& connection, std::uint8_t number) {
  std::array<std::uint8_t, 16> id{number};
  Query(connection, kInsert).bind(std::span<const std::uint8_t>(id)).bind(std::string_view("name")).run();
}

Task<> add(Database& database, Context ctx, std::uint8_t number) {
  auto change = [number](Connection& connection) { insert(connection, number); };
  co_await database.write(ctx, change);
}

std::int64_t count(Database& database) {
  return run_task(database.read({}, [](Connection& connection) {
    Query query(connection, "SELECT count(*) FROM tenants");
    query.step();
    return query.integer();
  }));
}

template <class T>
Fault fault_of(Task<T> task) {
  try {
    run_task(std::move(task));
  } catch (const Error& error) {
    return error.fault();
  }
  throw std::runtime_error("nothing was thrown");
}

Fault fault_of(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return error.fault();
  }
}

/// Keeps the writer busy until it is opened, so that what comes then is one group.
class Gate {
 public:
  Task<> hold(Database& database) {
    auto change = [this](Connection&) { opened_.wait(); };
    co_await database.write({}, change);
  }
  Task<> open() {
    opened_.count_down();
    co_return;
  }

 private:
  std::latch opened_{1};
};

TEST(Database, KeepsWhatWasWrittenAfterItIsOpenedAgain) {
  const TempDir folder;
  {
    Database database(folder / "calotype.db");
    run_task(add(database, {}, 1));
  }

  Database database(folder / "calotype.db");

  EXPECT_EQ(count(database), 1);
}

/// Counts a tenant's names, and notes which thread did.
struct CountNames {
  std::uint8_t number;
  std::vector<std::thread::id>& threads;

  std::int64_t operator()(Connection& connection) const {
    threads.push_back(std::this_thread::get_id());
    const std::array<std::uint8_t, 16> id{number};
    Query query(connection, "SELECT count(*) FROM tenants WHERE id = ?");
    query.bind(std::span<const std::uint8_t>(id)).step();
    return query.integer();
  }
};

TEST(Database, ReadsARowOnTheCallersThread) {
  const TempDir folder;
  Database database(folder / "calotype.db");
  run_task(add(database, {}, 1));
  std::vector<std::thread::id> threads;

  EXPECT_EQ(run_task(database.read_row({}, CountNames{.number = 1, .threads = threads})), 1);
  EXPECT_EQ(run_task(database.read_row({}, CountNames{.number = 2, .threads = threads})), 0);

  if (!CachedReadsOnly::is_possible()) GTEST_SKIP() << "this system cannot tell what it has in memory";
  EXPECT_EQ(threads, std::vector(2, std::this_thread::get_id()));
}

TEST(Database, ReadsARowThatIsNotInMemoryOnAThreadThatMayWait) {
  const TempDir folder;
  const auto file = folder / "calotype.db";
  {
    Database database(file);
    run_task(add(database, {}, 1));
  }
  Database database(file);
  const Fd descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  ::fdatasync(descriptor.get());
  ::posix_fadvise(descriptor.get(), 0, 0, POSIX_FADV_DONTNEED);
  char first = 0;
  const iovec part{.iov_base = &first, .iov_len = 1};
  if (::preadv2(descriptor.get(), &part, 1, 0, RWF_NOWAIT) != -1) GTEST_SKIP() << "this file system keeps it in memory";
  std::vector<std::thread::id> threads;

  EXPECT_EQ(run_task(database.read_row({}, CountNames{.number = 1, .threads = threads})), 1);

  ASSERT_FALSE(threads.empty());
  EXPECT_NE(threads.back(), std::this_thread::get_id());
}

TEST(Database, ThrowsWhatReadingARowThrows) {
  const TempDir folder;
  Database database(folder / "calotype.db");

  EXPECT_EQ(fault_of(database.read_row(
                {}, [](Connection& connection) { return Query(connection, "SELECT no FROM such_table").step(); })),
            Fault::internal);
}

TEST(Database, CommitsChangesThatCameTogetherTogether) {
  const TempDir folder;
  Database database(folder / "calotype.db");
  Gate gate;
  std::vector<Task<>> tasks;
  tasks.push_back(gate.hold(database));
  for (std::uint8_t i = 0; i < 40; ++i) tasks.push_back(add(database, {}, i));
  tasks.push_back(gate.open());
  const auto commits_before = database.load().commits;

  const auto thrown = run_all(std::move(tasks));

  EXPECT_EQ(std::count(thrown.begin(), thrown.end(), nullptr), 42);
  EXPECT_EQ(count(database), 40);
  // The group's time may end it early on a busy machine; one commit each would be 41.
  EXPECT_LT(database.load().commits - commits_before, 30U);
}

TEST(Database, UndoesAFailingChangeAlone) {
  const TempDir folder;
  Database database(folder / "calotype.db");
  Gate gate;
  std::vector<Task<>> tasks;
  tasks.push_back(gate.hold(database));
  tasks.push_back(add(database, {}, 1));
  tasks.push_back(database.write({}, [](Connection& connection) {
    insert(connection, 2);
    insert(connection, 1);
  }));
  tasks.push_back(add(database, {}, 3));
  tasks.push_back(gate.open());

  const auto thrown = run_all(std::move(tasks));

  EXPECT_FALSE(thrown[1]);
  ASSERT_TRUE(thrown[2]);
  EXPECT_EQ(fault_of(thrown[2]), Fault::conflict);
  EXPECT_FALSE(thrown[3]);
  EXPECT_EQ(count(database), 2);
}

TEST(Database, GivesAChangesResult) {
  const TempDir folder;
  Database database(folder / "calotype.db");

  EXPECT_EQ(run_task(database.write({}, [](Connection&) { return std::string("result"); })), "result");
}

TEST(Database, RefusesAChangeWhenTooManyWait) {
  const TempDir folder;
  Database database(folder / "calotype.db", {.queued_changes = 2, .group = 1});
  Gate gate;
  std::vector<Task<>> tasks;
  tasks.push_back(gate.hold(database));
  for (std::uint8_t i = 0; i < 5; ++i) tasks.push_back(add(database, {}, i));
  tasks.push_back(gate.open());

  const auto thrown = run_all(std::move(tasks));

  // The writer may have taken the gate off the queue before or after the others came.
  const auto refused = static_cast<std::int64_t>(thrown.size()) - std::count(thrown.begin(), thrown.end(), nullptr);
  EXPECT_GE(refused, 3);
  EXPECT_LE(refused, 4);
  EXPECT_EQ(count(database), 5 - refused);
  for (const auto& each : thrown) {
    if (each) EXPECT_EQ(fault_of(each), Fault::unavailable);
  }
}

TEST(Database, NeverBeginsAChangeWhoseCallerLeftAtItsDeadline) {
  const TempDir folder;
  Database database(folder / "calotype.db");
  Gate gate;
  const Context soon{.deadline = std::chrono::steady_clock::now() + Milliseconds(20)};
  std::vector<Task<>> tasks;
  tasks.push_back(gate.hold(database));
  tasks.push_back([](Database& into, Gate& opened, Context ctx) -> Task<> {
    std::exception_ptr thrown;
    try {
      co_await add(into, ctx, 1);
    } catch (...) {
      thrown = std::current_exception();
    }
    co_await opened.open();
    if (thrown) std::rethrow_exception(thrown);
  }(database, gate, soon));

  const auto thrown = run_all(std::move(tasks));

  ASSERT_TRUE(thrown[1]);
  EXPECT_EQ(fault_of(thrown[1]), Fault::timed_out);
  EXPECT_EQ(count(database), 0);
}

TEST(Database, RefusesAFileThatIsNoDatabase) {
  const TempDir folder;
  std::ofstream(folder / "calotype.db") << std::string(8192, 'x');

  try {
    const Database database(folder / "calotype.db");
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::internal);
  }
}

TEST(Database, RefusesAFolderThatIsNotThere) {
  const TempDir folder;

  try {
    const Database database(folder / "none/calotype.db");
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unavailable);
  }
}

TEST(Database, ReadsWhileAChangeIsUnderWayWithoutSeeingIt) {
  const TempDir folder;
  Database database(folder / "calotype.db");
  std::latch read(1);
  std::vector<Task<>> tasks;
  tasks.push_back(database.write({}, [&](Connection& connection) {
    insert(connection, 1);
    read.wait();
  }));
  std::int64_t seen = -1;
  tasks.push_back([](Database& from, std::int64_t& result, std::latch& done) -> Task<> {
    auto query = [](Connection& connection) {
      Query rows(connection, "SELECT count(*) FROM tenants");
      rows.step();
      return rows.integer();
    };
    result = co_await from.read({}, query);
    done.count_down();
  }(database, seen, read));

  run_all(std::move(tasks));

  EXPECT_EQ(seen, 0);
  EXPECT_EQ(count(database), 1);
}

TEST(Database, NeverChangesThroughARead) {
  const TempDir folder;
  Database database(folder / "calotype.db");

  EXPECT_EQ(fault_of(database.read({},
                                   [](Connection& connection) {
                                     insert(connection, 1);
                                     return 0;
                                   })),
            Fault::unavailable);
}

}  // namespace
}  // namespace calotype
