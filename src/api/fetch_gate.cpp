#include "api/fetch_gate.h"

#include <algorithm>

#include <fmt/format.h>

#include "access/authorize.h"
#include "api/caller.h"
#include "core/error.h"
#include "tenants/distributions.h"

namespace calotype::api {

namespace {

std::vector<access::PathPart> parts_of(const Bucket& bucket, const std::string& object) {
  return {{.kind = "tenant", .text = bucket.tenant.text()},
          {.kind = "domain", .text = bucket.domain.text()},
          {.kind = "bucket", .text = bucket.id.text()},
          {.kind = "object", .text = object}};
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::optional<Seconds> left_until(std::optional<WallTime> end, WallTime now) {
  if (!end) return std::nullopt;
  return std::max(std::chrono::floor<Seconds>(*end - now), Seconds(0));
}

/// Proves a signed URL. Whoever has it may have the answer until it ends, and so may caches, whose keys hold it.
Task<access::UrlGrant> proven_url(FetchParts parts, Context ctx, const http::Request& request) {
  // Two proofs at once could be read differently by whoever stands before this service.
  if (has_credentials(request)) throw access::not_proven();
  access::SignedRequest wanted{
      .host = lower_case(request.fields.get("Host")), .path = request.path, .query = request.query};
  co_return co_await parts.signed_urls.prove(ctx, std::move(wanted));
}

/// Whether anybody may have it: the stored rule says so, else the bucket.
Task<bool> is_open(delivery::Delivery& delivery, Context ctx, const Bucket& bucket, std::string rule,
                   std::string object) {
  delivery::Ask ask;
  ask.rule = std::move(rule);
  ask.object = std::move(object);
  const auto policy = co_await delivery.find_policy(std::move(ctx), bucket, std::move(ask));
  if (!policy) co_return !bucket.is_private;
  co_return delivery::required(policy->access, bucket.is_private) == rule::Access::Require::none;
}

}  // namespace

std::string site_of(std::string_view referer) {
  const auto scheme = referer.find("://");
  if (scheme == std::string_view::npos) return {};
  auto host = referer.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  host = host.substr(host.rfind('@') + 1);
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return lower_case(host);
}

bool may_be_shared(const Admission& admission, bool is_open) {
  // Whoever has a signed URL may have its answer until it ends, and so may caches, whose keys hold it.
  if (admission.visitor.proof == delivery::Proof::signature) return true;
  return is_open && !admission.has_field_token;
}

delivery::Place place_of(const http::PathValues& path, bool is_by_ids) {
  delivery::Place place;
  place.bucket = path.at("bucket");
  if (is_by_ids) {
    place.tenant = path.at("tenant");
    place.domain = path.at("domain");
  }
  return place;
}

std::string host_name_of(std::string_view field) {
  auto name = field.substr(0, field.find(':'));
  if (name.ends_with('.')) name.remove_suffix(1);
  const auto lower = lower_case(name);
  return tenants::is_host_name(lower) ? lower : std::string();
}

Task<Admission> admit(FetchParts parts, Context ctx, http::Request& request, http::PathValues path, bool is_by_ids,
                      Wanted wanted, std::string rule) {
  Admission admission;
  const auto place = place_of(path, is_by_ids);
  const auto host = host_name_of(request.fields.get("Host"));
  std::optional<Distribution> distribution;
  if (!host.empty()) distribution = co_await parts.delivery.find_distribution(ctx, host);
  admission.bucket = co_await parts.delivery.find_bucket(ctx, place);
  const auto& bucket = admission.bucket;
  if (distribution) {
    if (bucket.tenant != distribution->tenant) throw delivery::no_bucket(place);
    admission.negotiates = distribution->auto_format;
  }

  admission.is_public = !bucket.is_private && (wanted == Wanted::rendition || bucket.serves_statics);
  if (request.fields.has("Referer")) admission.visitor.site = site_of(request.fields.get("Referer"));
  if (access::has_signature(request.query)) {
    const auto grant = co_await proven_url(parts, ctx, request);
    if (grant.tenant != bucket.tenant) throw delivery::no_bucket(place);
    admission.is_public = true;
    admission.visitor.proof = delivery::Proof::signature;
    admission.left = left_until(grant.expires, parts.clock.now());
    co_return admission;
  }
  bool is_let_in = admission.is_public;
  const bool has_token = wanted == Wanted::rendition && has_credentials(request);
  if (has_token && rule.empty()) {
    is_let_in = false;  // it is there for the rule within it
  } else if (has_token || (wanted == Wanted::rendition && bucket.is_private)) {
    // A token that is not needed is not read.
    auto object = path.at("object");
    is_let_in = co_await is_open(parts.delivery, ctx, bucket, std::move(rule), std::move(object));
  }
  if (is_let_in) co_return admission;

  auto caller = co_await caller_of(ctx, parts.access, request, access::Surface::fetch);
  if (!access::may_enter(caller, bucket.tenant)) throw delivery::no_bucket(place);
  auto touched = parts_of(bucket, path.at("object"));
  co_await parts.access.permit(ctx, caller, bucket.tenant, "objects:get", std::move(touched));
  admission.visitor.proof = delivery::Proof::token;
  admission.left = left_until(caller.expires, parts.clock.now());
  // Two tokens may mean two answers, and here a cache's key holds neither of them.
  admission.has_field_token = request.fields.has("Authorization");
  if (admission.has_field_token) admission.is_public = false;
  admission.metadata = std::move(caller.metadata);
  co_return admission;
}

}  // namespace calotype::api
