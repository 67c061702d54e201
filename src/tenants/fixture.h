#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/memory/memory_blob_store.h"
#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/memory_object_index.h"
#include "core/fake_clock.h"
#include "support/fake_engine.h"
#include "support/run_task.h"
#include "tenants/tenants.h"

namespace calotype::tenants {

/// The pointers of what is wrong; the fault's number where nothing is listed; empty when nothing was thrown.
template <class T>
std::vector<std::string> problems_of(Task<T> task) {
  try {
    run_task(std::move(task));
    return {};
  } catch (const Error& error) {
    std::vector<std::string> all;
    for (const auto& problem : error.problems()) all.push_back(problem.pointer);
    if (all.empty())
      all.push_back(!error.code().empty()              ? error.code()
                    : error.fault() == Fault::missing  ? "missing"
                    : error.fault() == Fault::conflict ? "conflict"
                                                       : error.what());
    return all;
  }
}

using List = std::vector<std::string>;

class TenantsTest : public ::testing::Test {
 protected:
  TenantsTest() {
    run_task(catalog_.add_tenant(
        {}, {.id = tenant_, .name = "shop", .admin_email = "a@b.c", .created = {}},
        {.id = AccessKeyId::random(), .tenant = tenant_, .public_key_pem = "", .description = "", .created = {}}));
    domain_ = run_task(tenants_.domains.add({}, tenant_, {.name = "site"}));
  }

  static std::string mark() { return toy_image(ImageFormat::png, {.width = 8, .height = 4}); }

  FakeClock clock_;
  MemoryPurgeStore purges_;
  MemoryObjectIndex index_{nullptr, &purges_};
  MemoryCatalog catalog_{&index_};
  MemoryBlobStore blobs_;
  FakeEngine engine_;
  BlockingPool pool_{1};
  Tenants tenants_{{.catalog = catalog_,
                    .invitations = catalog_,
                    .blobs = blobs_,
                    .engine = engine_,
                    .objects = index_,
                    .purges = purges_},
                   clock_,
                   pool_,
                   [] { return KeyHalves{.private_pem = "secret", .public_pem = "open"}; },
                   {.bytes = 100, .limits = {}}};
  TenantId tenant_ = TenantId::random();
  Domain domain_;
};

}  // namespace calotype::tenants
