#pragma once

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "adapters/memory/memory_event_outbox.h"
#include "adapters/memory/memory_object_index.h"
#include "ports/catalog.h"
#include "ports/invitation_store.h"
#include "ports/key_store.h"
#include "ports/signing_key_store.h"

namespace calotype {

/// A Catalog and the stores of keys and invitations beside it that live as long as the process: for tests, and the
/// model that others are compared with. Thread: any.
class MemoryCatalog final : public Catalog, public KeyStore, public SigningKeyStore, public InvitationStore {
 public:
  /// With an index it knows which buckets hold objects; without, none does. Without an outbox nobody is told of
  /// changes.
  explicit MemoryCatalog(MemoryObjectIndex* objects = nullptr, MemoryEventOutbox* outbox = nullptr)
      : objects_(objects), outbox_(outbox) {}

  using Catalog::add_tenant;
  Task<> add_tenant(Context ctx, Tenant tenant, AccessKey key, std::optional<Digest> invitation) override;
  Task<std::optional<Tenant>> find_tenant(Context ctx, TenantId id) override;
  Task<std::optional<Tenant>> find_operator(Context ctx) override;
  Task<std::vector<Tenant>> list_tenants(Context ctx) override;
  Task<std::optional<Tenant>> change_tenant(Context ctx, TenantId id, TenantChange change) override;
  Task<bool> set_quota(Context ctx, TenantId id, Quota quota) override;
  Task<bool> set_rate(Context ctx, TenantId id, std::optional<Rate> rate) override;
  Task<bool> begin_removal(Context ctx, TenantId id) override;
  Task<std::optional<TenantId>> find_leaving(Context ctx) override;
  Task<std::size_t> remove_some(Context ctx, TenantId id, std::size_t most, WallTime when,
                                WallTime kept_until) override;

  Task<std::optional<HeldKey>> find_key(Context ctx, AccessKeyId id) override;
  Task<> add_key(Context ctx, AccessKey key, std::vector<PolicyId> policies) override;
  Task<std::vector<AccessKey>> list_keys(Context ctx, TenantId tenant) override;
  Task<std::optional<AccessKey>> change_key(Context ctx, TenantId tenant, AccessKeyId id, KeyChange change) override;
  Task<bool> remove_key(Context ctx, TenantId tenant, AccessKeyId id, WallTime when) override;

  Task<> add_policy(Context ctx, StoredPolicy policy) override;
  Task<std::optional<StoredPolicy>> find_policy(Context ctx, TenantId tenant, PolicyId id) override;
  Task<std::optional<StoredPolicy>> find_policy_named(Context ctx, TenantId tenant, std::string alias) override;
  Task<std::vector<StoredPolicy>> list_policies(Context ctx, TenantId tenant) override;
  Task<bool> change_policy(Context ctx, StoredPolicy changed, WallTime when) override;
  Task<bool> remove_policy(Context ctx, TenantId tenant, PolicyId id, WallTime when) override;

  Task<bool> attach(Context ctx, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) override;
  Task<bool> detach(Context ctx, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when) override;

  Task<std::optional<SigningKey>> find_signing_key(Context ctx, SigningKeyId id) override;
  Task<> add_signing_key(Context ctx, SigningKey key) override;
  Task<std::vector<SigningKey>> list_signing_keys(Context ctx, TenantId tenant) override;
  Task<std::optional<SigningKey>> change_signing_key(Context ctx, TenantId tenant, SigningKeyId id,
                                                     SigningKeyChange change) override;
  Task<bool> remove_signing_key(Context ctx, TenantId tenant, SigningKeyId id, WallTime when) override;

  Task<> add_invitation(Context ctx, Invitation invitation) override;
  Task<std::vector<Invitation>> list_invitations(Context ctx) override;
  Task<bool> remove_invitation(Context ctx, InvitationId id) override;

  Task<> add_domain(Context ctx, Domain domain) override;
  Task<std::optional<Domain>> find_domain(Context ctx, TenantId tenant, DomainId id) override;
  Task<std::optional<Domain>> find_domain_named(Context ctx, TenantId tenant, std::string name) override;
  Task<std::vector<Domain>> list_domains(Context ctx, TenantId tenant) override;
  Task<bool> remove_domain(Context ctx, TenantId tenant, DomainId id, WallTime when) override;

  Task<> add_bucket(Context ctx, Bucket bucket) override;
  Task<std::optional<Bucket>> find_bucket(Context ctx, BucketId id) override;
  Task<std::optional<Bucket>> find_bucket_named(Context ctx, std::string alias) override;
  Task<std::vector<Bucket>> list_buckets(Context ctx, DomainId domain) override;
  Task<Bucket> change_bucket(Context ctx, BucketId id, BucketChange change, WallTime kept_until) override;
  Task<bool> remove_bucket(Context ctx, BucketId id, WallTime when, WallTime kept_until) override;

  Task<bool> renew_bucket(Context ctx, BucketId id) override;
  Task<> add_rule(Context ctx, StoredRule rule) override;
  Task<std::optional<StoredRule>> find_rule(Context ctx, DomainId domain, RuleId id) override;
  Task<std::optional<StoredRule>> find_rule_named(Context ctx, DomainId domain, std::string name) override;
  Task<std::vector<StoredRule>> list_rules(Context ctx, DomainId domain) override;
  Task<bool> add_revision(Context ctx, StoredRule next) override;
  Task<std::optional<StoredRule>> find_revision(Context ctx, DomainId domain, RuleId id, int revision) override;
  Task<std::vector<RuleRevision>> list_revisions(Context ctx, DomainId domain, RuleId id, int before,
                                                 int most) override;
  Task<bool> set_rollout(Context ctx, DomainId domain, RuleId id, std::optional<RuleRollout> rollout,
                         WallTime when) override;
  Task<std::size_t> renew_rules(Context ctx, DomainId domain, std::vector<RuleId> ids) override;
  Task<bool> remove_rule(Context ctx, DomainId domain, RuleId id, WallTime when) override;

  Task<bool> put_label(Context ctx, DomainId domain, RuleId id, RuleLabel label) override;
  Task<std::optional<RuleLabel>> find_label(Context ctx, DomainId domain, RuleId id, std::string name) override;
  Task<std::vector<RuleLabel>> list_labels(Context ctx, DomainId domain, RuleId id) override;
  Task<bool> remove_label(Context ctx, DomainId domain, RuleId id, std::string name, WallTime when) override;

  Task<> add_watermark(Context ctx, StoredWatermark watermark) override;
  Task<std::optional<StoredWatermark>> find_watermark(Context ctx, DomainId domain, WatermarkId id) override;
  Task<std::optional<StoredWatermark>> find_watermark_named(Context ctx, DomainId domain, std::string alias) override;
  Task<std::optional<StoredWatermark>> find_default_watermark(Context ctx, DomainId domain) override;
  Task<std::vector<StoredWatermark>> list_watermarks(Context ctx, DomainId domain) override;
  Task<bool> change_watermark(Context ctx, StoredWatermark changed) override;
  Task<bool> remove_watermark(Context ctx, DomainId domain, WatermarkId id, WallTime when) override;

  Task<> add_distribution(Context ctx, Distribution distribution) override;
  Task<std::optional<Distribution>> find_distribution(Context ctx, TenantId tenant, DistributionId id) override;
  Task<std::optional<Distribution>> find_distribution_named(Context ctx, std::string dns_name) override;
  Task<std::vector<Distribution>> list_distributions(Context ctx, TenantId tenant) override;
  Task<bool> change_distribution(Context ctx, Distribution changed, WallTime when) override;
  Task<bool> remove_distribution(Context ctx, TenantId tenant, DistributionId id, WallTime when) override;

  Task<> check(Context ctx) override;

 private:
  /// A rule with all of its revisions, the first one first.
  struct RuleEntry {
    WallTime created;
    std::vector<StoredRule> revisions{};
    std::map<std::string, RuleLabel> labels{};
    const StoredRule& latest() const { return revisions.back(); }
  };
  struct Released {
    TenantId tenant;
    WallTime until;
  };

  /// Each with mutex_ held.
  std::size_t clear_sites(TenantId id, WallTime kept_until);
  std::size_t clear_keys(TenantId id);
  void use_invitation(const Digest& code, const Tenant& tenant);
  bool has_policy(AccessKeyId key, PolicyId policy) const;
  /// Throws where the tenant would have no way in without this key.
  void keep_an_admin(const AccessKey& going) const;
  RuleEntry* rule_entry(DomainId domain, RuleId id);
  void claim_alias(const Bucket& bucket, WallTime when);
  void require_domain(const std::string& what, TenantId tenant, DomainId domain) const;

  bool is_leaving(TenantId id) const;

  void tell(NewEvent event);

  MemoryObjectIndex* objects_;
  MemoryEventOutbox* outbox_;
  mutable std::mutex mutex_;
  // Guarded by mutex_; each in the order of addition.
  std::vector<Tenant> tenants_;
  std::vector<AccessKey> keys_;
  std::vector<StoredPolicy> policies_;
  std::vector<std::pair<AccessKeyId, PolicyId>> attached_;
  std::vector<SigningKey> signing_keys_;
  std::vector<Invitation> invitations_;
  std::vector<Domain> domains_;
  std::vector<Bucket> buckets_;
  std::vector<RuleEntry> rules_;
  std::vector<StoredWatermark> watermarks_;
  std::vector<Distribution> distributions_;
  std::map<std::string, Released> released_;
};

}  // namespace calotype
