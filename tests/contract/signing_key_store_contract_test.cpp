// What every SigningKeyStore and every InvitationStore promise.

#include "contract/catalog_kit.h"
#include "contract/faults.h"

namespace calotype {
namespace {

template <class Kit>
class SigningKeyStoreContract : public CatalogContract<Kit> {
 protected:
  SigningKey add(std::string description = "web", int second = 0) {
    SigningKey key{.id = SigningKeyId::random(),
                   .tenant = tenant.id,
                   .secret = random_octets(32),
                   .description = std::move(description),
                   .created = samples::at(second)};
    run_task(store.add_signing_key({}, key));
    return key;
  }
  /// The types of all events, in order.
  std::vector<std::string> told() {
    std::vector<std::string> types;
    for (const auto& event : run_task(this->kit.outbox.list_events({}, {.tenant = tenant.id, .most = 100})))
      types.push_back(event.type);
    return types;
  }

  SigningKeyStore& store = this->kit.signing_keys;
  Tenant tenant = this->add_tenant();
};
TYPED_TEST_SUITE(SigningKeyStoreContract, Kits);

TYPED_TEST(SigningKeyStoreContract, GivesBackAKeyAsItWas) {
  const auto second = this->add("second", 20);
  const auto first = this->add("first", 10);

  const auto found = run_task(this->store.find_signing_key({}, first.id));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tenant, this->tenant.id);
  EXPECT_EQ(found->secret, first.secret);
  EXPECT_EQ(found->description, "first");
  EXPECT_EQ(found->created, first.created);
  EXPECT_FALSE(found->ends);
  const auto all = run_task(this->store.list_signing_keys({}, this->tenant.id));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, first.id);
  EXPECT_EQ(all[1].id, second.id);
}

TYPED_TEST(SigningKeyStoreContract, ChangesAndRemovesAKey) {
  const auto key = this->add();
  const auto id = this->tenant.id;

  const auto ended = run_task(this->store.change_signing_key({}, id, key.id, {.ends = samples::at(9), .when = {}}));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->ends, samples::at(9));
  EXPECT_EQ(ended->description, "web");
  const auto named = run_task(this->store.change_signing_key({}, id, key.id, {.description = "app", .when = {}}));
  EXPECT_EQ(named->description, "app");
  EXPECT_EQ(run_task(this->store.find_signing_key({}, key.id))->ends, samples::at(9));
  EXPECT_TRUE(run_task(this->store.remove_signing_key({}, id, key.id, samples::at(10))));
  EXPECT_FALSE(run_task(this->store.remove_signing_key({}, id, key.id, samples::at(10))));
  EXPECT_FALSE(run_task(this->store.find_signing_key({}, key.id)));
  EXPECT_EQ(this->told(), (std::vector<std::string>{"signing-key.created", "signing-key.changed", "signing-key.changed",
                                                    "signing-key.deleted"}));
}

TYPED_TEST(SigningKeyStoreContract, GivesNothingOfAnotherTenant) {
  const auto key = this->add();
  const auto other = this->add_tenant("other").id;

  EXPECT_FALSE(run_task(this->store.change_signing_key({}, other, key.id, {.description = "x", .when = {}})));
  EXPECT_FALSE(run_task(this->store.remove_signing_key({}, other, key.id, {})));
  EXPECT_TRUE(run_task(this->store.list_signing_keys({}, other)).empty());
  EXPECT_EQ(fault_of(this->store.add_signing_key({}, key)), Fault::conflict);
  auto orphan = key;
  orphan.id = SigningKeyId::random();
  orphan.tenant = TenantId::random();
  EXPECT_EQ(fault_of(this->store.add_signing_key({}, orphan)), Fault::missing);
}

TYPED_TEST(SigningKeyStoreContract, ProvesNothingOfATenantThatIsLeaving) {
  const auto key = this->add();

  run_task(this->catalog.begin_removal({}, this->tenant.id));
  EXPECT_FALSE(run_task(this->store.find_signing_key({}, key.id)));
  while (run_task(this->catalog.remove_some({}, this->tenant.id, 100, {}, {})) > 0) continue;
  EXPECT_TRUE(run_task(this->store.list_signing_keys({}, this->tenant.id)).empty());
}

template <class Kit>
class InvitationStoreContract : public CatalogContract<Kit> {
 protected:
  Invitation add(std::string code, int second = 0) {
    Invitation invitation{.id = InvitationId::random(),
                          .code = Digest::of(code),
                          .note = "for " + code,
                          .created = samples::at(second),
                          .expires = samples::at(second + 100)};
    run_task(store.add_invitation({}, invitation));
    return invitation;
  }
  std::optional<Fault> sign_up(const std::string& code, int second) {
    const auto tenant = samples::tenant("newcomer", second);
    last = tenant.id;
    return fault_of(this->catalog.add_tenant({}, tenant, samples::key(tenant.id), Digest::of(code)));
  }

  InvitationStore& store = this->kit.invitations;
  TenantId last;
};
TYPED_TEST_SUITE(InvitationStoreContract, Kits);

TYPED_TEST(InvitationStoreContract, AnInvitationIsGoodOnceAndForATime) {
  this->add("a");
  this->add("b");

  EXPECT_EQ(this->sign_up("c", 1), Fault::denied);
  EXPECT_EQ(this->sign_up("b", 100), Fault::denied) << "too old";
  EXPECT_EQ(this->sign_up("a", 99), std::nullopt);
  const auto who = this->last;
  EXPECT_EQ(this->sign_up("a", 99), Fault::denied);
  EXPECT_FALSE(run_task(this->catalog.find_tenant({}, this->last))) << "nobody came in";

  const auto all = run_task(this->store.list_invitations({}));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].note, "for a");
  EXPECT_EQ(all[0].used, samples::at(99));
  EXPECT_EQ(all[0].tenant, who);
  EXPECT_FALSE(all[1].used);
  EXPECT_FALSE(all[1].tenant);
  EXPECT_EQ(all[1].expires, samples::at(100));
}

TYPED_TEST(InvitationStoreContract, WhoCannotComeInUsesNothingUp) {
  this->add("a");
  const auto tenant = this->add_tenant();
  const auto twin = samples::tenant("twin");
  const auto key = samples::key(tenant.id);

  EXPECT_EQ(fault_of(this->catalog.add_tenant({}, twin, key, Digest::of("a"))), Fault::missing);

  EXPECT_FALSE(run_task(this->store.list_invitations({}))[0].used);
  EXPECT_EQ(this->sign_up("a", 1), std::nullopt);
}

TYPED_TEST(InvitationStoreContract, CanBeTakenBack) {
  const auto invitation = this->add("a");

  EXPECT_TRUE(run_task(this->store.remove_invitation({}, invitation.id)));
  EXPECT_FALSE(run_task(this->store.remove_invitation({}, invitation.id)));
  EXPECT_EQ(this->sign_up("a", 1), Fault::denied);
}

}  // namespace
}  // namespace calotype
