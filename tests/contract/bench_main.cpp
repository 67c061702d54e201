// How many durable uploads, rows and reads a second the stores do: bench_stores [folder]
//
// The folder's disk is what is measured; everything that is made in it goes at the end.

#include <atomic>
#include <chrono>
#include <iostream>
#include <random>

#include <fmt/format.h>

#include "adapters/files/file_blob_store.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

constexpr std::size_t kBlobSize = 200 * 1024;

struct Stores {
  explicit Stores(const std::filesystem::path& folder)
      : blobs(folder / "blobs", {.reserve_bytes = 0}), database(folder / "calotype.db") {}
  FileBlobStore blobs;
  Database database;
  SqliteCatalog catalog{database};
  SqliteObjectIndex index{database};
  Bucket bucket;
  int next = 0;  ///< the tasks run in one thread
};

Task<> put(Stores& stores, int number) {
  std::string text(kBlobSize, 'x');
  text.replace(0, 10, std::to_string(number));
  const Context ctx;
  const auto staged = co_await stores.blobs.stage(ctx);
  const auto bytes = std::as_bytes(std::span(text));
  co_await staged->append(ctx, bytes);
  staged->finish();
  co_await staged->commit(ctx);
}

Task<> add(Stores& stores, int number) {
  auto object = samples::object(stores.bucket, std::to_string(number));
  const Context ctx;
  co_await stores.index.add(ctx, std::move(object));
}

Task<> find(Stores& stores, int number) {
  const Context ctx;
  const auto found = co_await stores.index.find(ctx, stores.bucket.id, std::to_string(number));
  if (!found) throw std::runtime_error("an object is not there");
}

using Operation = Task<> (*)(Stores&, int);

Task<> repeat(Stores& stores, Operation operation, int until) {
  while (stores.next < until) {
    const int number = stores.next++;
    co_await operation(stores, number);
  }
}

void measure(Stores& stores, const char* name, Operation operation, int in_flight, int first, int count) {
  stores.next = first;
  std::vector<Task<>> tasks;
  for (int i = 0; i < in_flight; ++i) tasks.push_back(repeat(stores, operation, first + count));
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& thrown : run_all(std::move(tasks), std::chrono::minutes(5))) {
    if (thrown) std::rethrow_exception(thrown);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << fmt::format("{:<28} {:>3} in flight: {:>8.0f}/s\n", name, in_flight, count / took.count());
}

void run() {
  const TempDir folder;
  Stores stores(folder.path());
  const auto tenant = samples::tenant();
  run_task(stores.catalog.add_tenant({}, tenant, samples::key(tenant.id)));
  const auto domain = samples::domain(tenant.id);
  run_task(stores.catalog.add_domain({}, domain));
  stores.bucket = samples::bucket(domain);
  run_task(stores.catalog.add_bucket({}, stores.bucket));

  measure(stores, "durable blobs of 200 KiB", put, 1, 0, 300);
  measure(stores, "durable blobs of 200 KiB", put, 16, 1'000, 2000);
  measure(stores, "durable rows", add, 1, 0, 300);
  measure(stores, "durable rows", add, 16, 1'000, 3000);
  measure(stores, "durable rows", add, 64, 10'000, 10'000);
  measure(stores, "durable rows", add, 256, 30'000, 10'000);
  measure(stores, "rows found", find, 1, 10'000, 5000);
  measure(stores, "rows found", find, 64, 10'000, 10'000);
}

}  // namespace
}  // namespace calotype

int main(int count, char** words) {
  if (count > 1) ::setenv("TMPDIR", words[1], 1);
  try {
    calotype::run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_stores: " << error.what() << "\n";
    return 1;
  }
}
