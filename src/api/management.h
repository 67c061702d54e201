#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/access.h"
#include "access/keys.h"
#include "access/policies.h"
#include "access/signing_keys.h"
#include "api/rate_limit.h"
#include "delivery/explanation.h"
#include "events/events.h"
#include "http/message.h"
#include "http/router.h"
#include "objects/uploads.h"
#include "ports/answer_store.h"
#include "tenants/tenants.h"

/// The management API: one table of routes for each noun (docs: api-v1, Management API).
namespace calotype::api {

/// Who may make a tenant: anybody, whoever has an invitation, operators only.
enum class SignUp { open, invitation, closed };

struct ManagementParts {
  access::Access& access;
  access::Keys& keys;
  access::Policies& policies;
  access::SigningKeys& signing_keys;
  tenants::Tenants& tenants;
  objects::Objects& objects;
  objects::Uploads& uploads;
  AnswerStore& answers;
  events::Events& events;
  RateLimit& rate_limit;
  const Clock& clock;
  /// Told of every object that was stored or removed: delivery forgets what it knew.
  std::function<void(BucketId, const std::string&)> forget;
  /// Told when a bucket, rule, watermark or host name has changed: delivery asks again.
  std::function<void()> settings_changed;
  /// What a request for a picture would get; empty where none is served.
  std::function<Task<delivery::Explanation>(Context, delivery::Ask)> explain;
  bool may_tell_inside = false;  ///< webhooks may lead to addresses that are not public
  SignUp sign_up = SignUp::closed;
};
using Parts = std::shared_ptr<const ManagementParts>;

/// Who may call a route. What a `tenant` route does is within the {tenant} of its path.
enum class Guard { sign_up, caller, operators, tenant };

/// A request that is carried out once for its Idempotency-Key.
struct Once {
  Digest seed;            ///< the same however often it is sent
  bool was_left = false;  ///< it was begun before, and how far it came is not known
};

/// A request whose caller has been let in.
struct Call {
  Context ctx;
  http::Request& request;
  http::PathValues path;
  access::Caller caller;
  TenantId tenant;            ///< the path's; set for `tenant` routes, and there is one
  bool is_anonymous = false;  ///< somebody who signs up, without a token: `caller` is not set
  std::optional<Once> once{};
};

/// One row of the table. Policies allow or deny its action on what the {names} of its pattern stand for, from the
/// tenant inwards, and on the kind of thing that the action's noun is: POST .../domains/{domain}/buckets with
/// "buckets:create" touches the tenant, the domain, and no bucket in particular.
struct ManagementRoute {
  http::Method method = http::Method::get;
  std::string pattern;
  std::string name;
  Guard guard = Guard::tenant;
  std::string action;  ///< "<noun>:<verb>"
  Task<http::Response> (*run)(Parts, Call) = nullptr;
  bool changes_settings = false;  ///< what it changes is what delivery remembers
  bool shows_secret = false;      ///< in its answer, for the only time: that is not kept to be sent again
};

inline ManagementRoute showing_secret(ManagementRoute route) {
  route.shows_secret = true;
  return route;
}

std::vector<ManagementRoute> tenant_routes();
std::vector<ManagementRoute> invitation_routes();
std::vector<ManagementRoute> key_routes();
std::vector<ManagementRoute> policy_routes();
std::vector<ManagementRoute> signing_key_routes();
std::vector<ManagementRoute> domain_routes();
std::vector<ManagementRoute> bucket_routes();
std::vector<ManagementRoute> rule_routes();
std::vector<ManagementRoute> watermark_routes();
std::vector<ManagementRoute> object_routes();
std::vector<ManagementRoute> metadata_routes();
std::vector<ManagementRoute> event_routes();
std::vector<ManagementRoute> schema_routes();
std::vector<ManagementRoute> revision_routes();
std::vector<ManagementRoute> distribution_routes();
std::vector<ManagementRoute> quota_routes();
std::vector<ManagementRoute> purge_routes();
std::vector<ManagementRoute> explain_routes();

/// The whole table, as data.
std::vector<ManagementRoute> management_table();

/// What a request of the route touches, for the policies. `metadata` is the token's: where the path names no object,
/// `oid` does.
std::vector<access::PathPart> path_parts(const ManagementRoute& route, const http::PathValues& path,
                                         const std::string& metadata);

/// The table with its guards, for make_handler(). What `parts` refers to must outlive the routes.
std::vector<http::Route> management_routes(ManagementParts parts);

}  // namespace calotype::api
