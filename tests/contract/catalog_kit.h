#pragma once

#include <gtest/gtest.h>

#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/memory_event_outbox.h"
#include "adapters/memory/memory_object_index.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_event_outbox.h"
#include "adapters/sqlite/sqlite_invitation_store.h"
#include "adapters/sqlite/sqlite_key_store.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "adapters/sqlite/sqlite_signing_key_store.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {

struct MemoryKit {
  MemoryEventOutbox outbox;
  MemoryObjectIndex index{&outbox};
  MemoryCatalog catalog{&index, &outbox};
  KeyStore& keys = catalog;
  SigningKeyStore& signing_keys = catalog;
  InvitationStore& invitations = catalog;
};

struct SqliteKit {
  TempDir folder{TempDir::Medium::memory};
  Database database{folder / "calotype.db"};
  SqliteEventOutbox outbox{database};
  SqliteObjectIndex index{database};
  SqliteCatalog catalog{database};
  SqliteKeyStore keys{database};
  SqliteSigningKeyStore signing_keys{database};
  SqliteInvitationStore invitations{database};
};

template <class Kit>
class CatalogContract : public ::testing::Test {
 protected:
  Tenant add_tenant(std::string name = "Ann & Söhne", int second = 0) {
    const auto tenant = samples::tenant(std::move(name), second);
    run_task(catalog.add_tenant({}, tenant, samples::key(tenant.id)));
    return tenant;
  }
  Domain add_domain(std::string name = "shop") {
    const auto domain = samples::domain(add_tenant().id, std::move(name));
    run_task(catalog.add_domain({}, domain));
    return domain;
  }
  Bucket add_bucket(const Domain& domain, std::string alias = "shop-pictures", int second = 0) {
    const auto bucket = samples::bucket(domain, std::move(alias), second);
    run_task(catalog.add_bucket({}, bucket));
    return bucket;
  }
  StoredRule add_rule(const Domain& domain, std::string name = "ad-large") {
    const auto rule = samples::rule(domain, std::move(name));
    run_task(catalog.add_rule({}, rule));
    return rule;
  }

  Kit kit;
  Catalog& catalog = kit.catalog;
  KeyStore& keys = kit.keys;
};

using Kits = ::testing::Types<MemoryKit, SqliteKit>;

}  // namespace calotype
