// What every KeyStore promises.

#include "contract/catalog_kit.h"
#include "contract/equal.h"
#include "contract/faults.h"

namespace calotype {
namespace {

template <class Kit>
class KeyStoreContract : public CatalogContract<Kit> {
 protected:
  StoredPolicy policy(std::string alias = "uploads", int second = 0) {
    return {.id = PolicyId::random(),
            .tenant = tenant.id,
            .alias = std::move(alias),
            .body = R"({"version":"2017-04-04","statements":[]})",
            .created = samples::at(second)};
  }
  StoredPolicy add_policy(std::string alias = "uploads", int second = 0) {
    auto made = policy(std::move(alias), second);
    run_task(this->keys.add_policy({}, made));
    return made;
  }
  AccessKey add_key(std::vector<PolicyId> policies = {}, int second = 1) {
    auto key = samples::key(tenant.id, second);
    key.is_active = true;
    run_task(this->keys.add_key({}, key, std::move(policies)));
    return key;
  }
  /// Aliases of what the key has.
  std::vector<std::string> held(AccessKeyId id) {
    std::vector<std::string> aliases;
    const auto key = run_task(this->keys.find_key({}, id));
    for (const auto& one : key->policies) aliases.push_back(one.alias);
    return aliases;
  }
  std::string code_of(Task<bool> task) {
    try {
      run_task(std::move(task));
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }

  Tenant tenant = this->add_tenant();
  Tenant other = this->add_tenant("other");
  PolicyId admin = default_policy_of(tenant.id);
};
TYPED_TEST_SUITE(KeyStoreContract, Kits);

using Names = std::vector<std::string>;
const WallTime kLater = samples::at(1'000'000);

TYPED_TEST(KeyStoreContract, ListsTheKeysOfATenant) {
  const auto second = this->add_key({}, 20);
  const auto first = this->add_key({this->admin}, 10);

  const auto keys = run_task(this->keys.list_keys({}, this->tenant.id));

  ASSERT_EQ(keys.size(), 3U) << "and the one of the sign-up";
  EXPECT_TRUE(is_same(keys[1], first));
  EXPECT_TRUE(is_same(keys[2], second));
}

TYPED_TEST(KeyStoreContract, AKeyHasThePoliciesThatItWasGiven) {
  const auto uploads = this->add_policy();
  const auto key = this->add_key({this->admin, uploads.id});
  const auto bare = this->add_key();

  EXPECT_EQ(this->held(key.id), (Names{"default-admin", "uploads"}));
  EXPECT_EQ(this->held(bare.id), Names{});
  const auto id = this->tenant.id;
  EXPECT_TRUE(run_task(this->keys.attach({}, id, bare.id, uploads.id, kLater)));
  EXPECT_TRUE(run_task(this->keys.attach({}, id, bare.id, uploads.id, kLater))) << "twice is once";
  EXPECT_EQ(this->held(bare.id), Names{"uploads"});
  EXPECT_TRUE(run_task(this->keys.detach({}, id, bare.id, uploads.id, kLater)));
  EXPECT_FALSE(run_task(this->keys.detach({}, id, bare.id, uploads.id, kLater)));
  EXPECT_EQ(this->held(bare.id), Names{});
}

TYPED_TEST(KeyStoreContract, GivesNothingOfAnotherTenant) {
  const auto uploads = this->add_policy();
  const auto key = this->add_key();
  const auto theirs = default_policy_of(this->other.id);
  const auto id = this->tenant.id;

  EXPECT_FALSE(run_task(this->keys.attach({}, id, key.id, theirs, kLater)));
  EXPECT_FALSE(run_task(this->keys.attach({}, this->other.id, key.id, theirs, kLater)));
  EXPECT_EQ(fault_of(this->keys.add_key({}, samples::key(id), {theirs})), Fault::missing);
  EXPECT_FALSE(run_task(this->keys.find_policy({}, this->other.id, uploads.id)).has_value());
  EXPECT_FALSE(run_task(this->keys.find_policy_named({}, this->other.id, "uploads")).has_value());
  EXPECT_FALSE(run_task(this->keys.remove_key({}, this->other.id, key.id, kLater)));
  EXPECT_FALSE(run_task(this->keys.change_key({}, this->other.id, key.id, {.is_active = false})).has_value());
  EXPECT_FALSE(run_task(this->keys.remove_policy({}, this->other.id, uploads.id, kLater)));
}

TYPED_TEST(KeyStoreContract, ChangesAndRemovesAKey) {
  const auto key = this->add_key();
  const auto id = this->tenant.id;

  const auto off = run_task(this->keys.change_key({}, id, key.id, {.is_active = false, .when = kLater}));
  ASSERT_TRUE(off);
  EXPECT_FALSE(off->is_active);
  EXPECT_EQ(off->description, key.description);
  const auto named = run_task(this->keys.change_key({}, id, key.id, {.description = "new", .when = kLater}));
  EXPECT_EQ(named->description, "new");
  EXPECT_FALSE(named->is_active);
  EXPECT_TRUE(is_same(run_task(this->keys.find_key({}, key.id))->key, *named));
  EXPECT_TRUE(run_task(this->keys.remove_key({}, id, key.id, kLater)));
  EXPECT_FALSE(run_task(this->keys.remove_key({}, id, key.id, kLater)));
  EXPECT_FALSE(run_task(this->keys.find_key({}, key.id)).has_value());
}

TYPED_TEST(KeyStoreContract, ATenantKeepsAWayIn) {
  const auto id = this->tenant.id;
  const auto admin = this->add_key({this->admin});
  const auto keys = run_task(this->keys.list_keys({}, id));
  const auto first = keys[0].id;
  run_task(this->keys.change_key({}, id, first, {.is_active = true, .when = kLater}));
  EXPECT_TRUE(run_task(this->keys.remove_key({}, id, admin.id, kLater)));

  EXPECT_EQ(this->code_of(this->keys.remove_key({}, id, first, kLater)), "last-admin-key");
  EXPECT_EQ(this->code_of(this->keys.detach({}, id, first, this->admin, kLater)), "last-admin-key");
  EXPECT_EQ(fault_of(this->keys.change_key({}, id, first, {.is_active = false})), Fault::conflict);

  const auto held = run_task(this->keys.find_key({}, first));
  ASSERT_TRUE(held);
  EXPECT_TRUE(held->key.is_active);
  EXPECT_EQ(this->held(first), Names{"default-admin"});
}

TYPED_TEST(KeyStoreContract, PoliciesAreUniqueInTheirTenantAndStayWhileTheyAreHeld) {
  const auto uploads = this->add_policy("uploads", 1);
  auto changed = this->add_policy("second", 2);
  const auto id = this->tenant.id;
  const auto key = this->add_key({uploads.id});

  EXPECT_EQ(fault_of(this->keys.add_policy({}, this->policy("uploads"))), Fault::conflict);
  changed.alias = "uploads";
  EXPECT_EQ(fault_of(this->keys.change_policy({}, changed, kLater)), Fault::conflict);
  changed.alias = "third";
  changed.body = "{}";
  EXPECT_TRUE(run_task(this->keys.change_policy({}, changed, kLater)));
  EXPECT_EQ(run_task(this->keys.find_policy_named({}, id, "third"))->body, "{}");
  EXPECT_EQ(run_task(this->keys.list_policies({}, id)).size(), 3U) << "and the default one";

  EXPECT_EQ(this->code_of(this->keys.remove_policy({}, id, uploads.id, kLater)), "in-use");
  run_task(this->keys.remove_key({}, id, key.id, kLater));
  EXPECT_EQ(this->code_of(this->keys.remove_policy({}, id, uploads.id, kLater)), "");
  EXPECT_FALSE(run_task(this->keys.find_policy({}, id, uploads.id)).has_value());
}

TYPED_TEST(KeyStoreContract, TellsWhatHappens) {
  const auto uploads = this->add_policy();
  const auto key = this->add_key();
  const auto id = this->tenant.id;
  run_task(this->keys.attach({}, id, key.id, uploads.id, kLater));
  run_task(this->keys.attach({}, id, key.id, uploads.id, kLater));
  run_task(this->keys.remove_key({}, id, key.id, kLater));
  run_task(this->keys.remove_policy({}, id, uploads.id, kLater));

  Names types;
  for (const auto& event : run_task(this->kit.outbox.list_events({}, {.tenant = id}))) types.push_back(event.type);
  EXPECT_EQ(types, (Names{"policy.created", "access-key.created", "access-key.changed", "access-key.deleted",
                          "policy.deleted"}));
}

}  // namespace
}  // namespace calotype
