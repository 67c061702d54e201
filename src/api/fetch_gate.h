#pragma once

#include <optional>
#include <string>

#include "access/access.h"
#include "access/signed_urls.h"
#include "delivery/delivery.h"
#include "http/router.h"

/// Who may have what the fetch listener serves.
namespace calotype::api {

struct FetchParts {
  delivery::Delivery& delivery;
  access::Access& access;
  access::SignedUrls& signed_urls;
  const Clock& clock;
};

/// What a request that was let in may have.
struct Admission {
  Bucket bucket;
  bool is_public = true;         ///< the bucket lets anybody: caches may share the answer
  std::optional<Seconds> left;   ///< until the proof ends: nothing is kept beyond it
  bool has_field_token = false;  ///< let in by a token that the address does not hold
  delivery::Visitor visitor;     ///< as what it was let in
  bool negotiates = false;       ///< its host name finds the format
  std::string metadata = "{}";   ///< signed, as JSON
};

/// What a bucket's setting lets anybody have without proof.
enum class Wanted { rendition, original };

/// The bucket of a path. A host name that is a tenant's serves that tenant alone, and a private bucket serves those who
/// bring a token of its tenant whose policies allow "objects:get"; so do originals of a bucket without statics, and
/// renditions of no stored rule. `rule`: the stored one that is named, which may open a private bucket or want a token
/// in one that is not; that it does is required by delivery, of what is let in here. A signed URL needs no token; its
/// signature must be good, also where none is needed. Throws: missing (no such bucket, also another tenant's),
/// unauthenticated, denied.
Task<Admission> admit(FetchParts parts, Context ctx, http::Request& request, http::PathValues path, bool is_by_ids,
                      Wanted wanted, std::string rule);

/// Whether caches may give its answer to others. `is_open`: anybody may have it.
bool may_be_shared(const Admission& admission, bool is_open);

/// Which bucket a path means.
delivery::Place place_of(const http::PathValues& path, bool is_by_ids);

/// The host of a Referer field, in lower case; empty for what has none.
std::string site_of(std::string_view referer);

/// The host name of a Host field: in lower case, without port and final dot. Empty for an address and for what is none.
std::string host_name_of(std::string_view field);

}  // namespace calotype::api
