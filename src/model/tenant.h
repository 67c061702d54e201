#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/digest.h"
#include "core/id.h"
#include "model/image_info.h"

namespace calotype {

using TenantId = Id<struct TenantTag>;
using DomainId = Id<struct DomainTag>;
using BucketId = Id<struct BucketTag>;
using RuleId = Id<struct RuleTag>;
using WatermarkId = Id<struct WatermarkTag>;
using AccessKeyId = Id<struct AccessKeyTag>;
using DistributionId = Id<struct DistributionTag>;

/// The most that may be held, without what is deleted; absent: no limit.
struct Quota {
  std::optional<std::uint64_t> objects;
  std::optional<std::uint64_t> bytes;
  bool operator==(const Quota&) const = default;
};

/// How many requests: on average, and at once.
struct Rate {
  double per_second = 0;
  double burst = 0;
  bool operator==(const Rate&) const = default;
};

/// What a tenant's tokens must have beyond what everybody's must.
struct TokenDemands {
  bool expiry = false;    ///< `exp`
  bool token_id = false;  ///< `jti`, so that each is good once; of management tokens
  bool operator==(const TokenDemands&) const = default;
};

/// A customer: owns everything below, and is what usage is counted by.
struct Tenant {
  TenantId id;
  std::string name;
  std::string admin_email;
  bool is_operator = false;  ///< the installation's own tenant, made at the first start
  bool is_leaving = false;   ///< it is being removed with all that it has, and can do nothing more
  TokenDemands demands{};
  Quota quota;                 ///< of all its buckets together; set by operators
  std::optional<Rate> rate{};  ///< of its management requests; absent: as everybody's; set by operators
  WallTime created;
};

/// What is absent stays as it is.
struct TenantChange {
  std::optional<std::string> name;
  std::optional<std::string> admin_email;
  std::optional<bool> needs_expiry;
  std::optional<bool> needs_token_id;
};

/// The tenant as it is after the change.
Tenant changed(Tenant tenant, const TenantChange& change);

/// One site of a tenant. Names are unique within the tenant.
struct Domain {
  DomainId id;
  TenantId tenant;
  std::string name;
  std::string status = "active";
  WallTime created;
};

/// Holds objects. Its alias is unique in the installation, because it stands in public URLs.
struct Bucket {
  BucketId id;
  TenantId tenant;
  DomainId domain;
  std::string alias;
  std::string region;
  std::string status = "active";
  bool serves_statics = false;  ///< originals are public
  bool is_private = false;      ///< nothing is served without proof of who asks, whatever serves_statics says
  Seconds max_age{86400};
  std::string placeholder{};                 ///< an object that is shown instead of an error; empty: none
  std::string default_rule;                  ///< for images without one: id or name, perhaps @revision or @label
  std::vector<std::string> forbidden_types;  ///< content types that are not taken in: "image/gif", "image/*"; sorted
  Quota quota;
  WallTime created;
  WallTime changed;             ///< of its settings
  std::int64_t generation = 0;  ///< another one, other renditions
};

/// Whether a bucket takes no originals of a content type.
bool is_forbidden(const Bucket& bucket, std::string_view content_type);

/// New settings of a bucket; what is absent stays as it is.
struct BucketChange {
  std::optional<std::string> alias;
  std::optional<std::string> region;
  std::optional<bool> serves_statics;
  std::optional<bool> is_private;
  std::optional<Seconds> max_age;
  std::optional<std::string> default_rule;
  std::optional<std::string> placeholder{};
  std::optional<std::vector<std::string>> forbidden_types;
  std::optional<Quota> quota;
  WallTime when;
};

/// The bucket as it is after the change.
Bucket changed(Bucket bucket, const BucketChange& change);

/// A rule whose name alone means its latest revision for some objects only, and an older one for the others.
struct RuleRollout {
  int from = 1;     ///< the revision for the others
  int percent = 0;  ///< of the objects have the latest; which ones, their names decide
  bool operator==(const RuleRollout&) const = default;
};

/// One immutable revision of a stored rule; revisions count from 1.
struct StoredRule {
  RuleId id;
  TenantId tenant;
  DomainId domain;
  std::string name;  ///< alias, unique in the domain
  int revision = 1;
  std::string body;  ///< the JSON as it was sent
  Digest hash;       ///< of its canonical form
  WallTime created;
  std::int64_t generation = 0;           ///< of the rule, whichever revision: another one, other renditions
  std::optional<RuleRollout> rollout{};  ///< of the rule; absent: the latest revision is for every object
};

/// A revision without its text.
struct RuleRevision {
  int revision = 1;
  Digest hash;
  WallTime created;
};

/// A name for one revision of a rule, which can be moved to another.
struct RuleLabel {
  std::string name;
  int revision = 1;
  WallTime moved;
};

/// A picture that rules lay over others. Its bytes are a blob.
struct StoredWatermark {
  WatermarkId id;
  TenantId tenant;
  DomainId domain;
  std::string alias;  ///< unique in the domain; empty: none. The first one of a domain is its default
  ContentHash content;
  std::uint64_t size_bytes = 0;
  ImageInfo info;
  WallTime created;
  WallTime changed;  ///< when it got this picture; or when an older one was removed, which may make this the default
};

/// A public host name that serves one tenant only.
struct Distribution {
  DistributionId id;
  TenantId tenant;
  std::string dns_name;      ///< lower case; unique in the installation
  bool auto_format = false;  ///< every rule negotiates its format there
  WallTime created;
};

/// The public half of a key that signs requests. The private half is handed out once and not kept.
struct AccessKey {
  AccessKeyId id;
  TenantId tenant;
  std::string public_key_pem;  ///< SubjectPublicKeyInfo
  std::string description;
  bool is_active = true;
  WallTime created;
};

/// What is absent stays as it is.
struct KeyChange {
  std::optional<bool> is_active;
  std::optional<std::string> description;
  WallTime when;
};

}  // namespace calotype
