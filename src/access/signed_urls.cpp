#include "access/signed_urls.h"

#include <algorithm>

#include "access/access.h"

namespace calotype::access {

Task<UrlGrant> SignedUrls::prove(Context ctx, SignedRequest request) {
  const auto signature = read_signature(request);
  if (!signature) throw not_proven();
  const auto kept = co_await find(ctx, signature->key);
  const auto& key = *kept;

  // The same work whether there is such a key or not.
  static const std::string kDecoy(32, '\0');
  const auto mac = hmac(key ? key->secret : kDecoy, signature->text);
  const bool is_signed = is_equal_in_constant_time(mac, signature->mac);
  if (!key || !is_signed) throw not_proven();

  const auto now = clock_.now();
  const auto ends = key->ends ? std::min(*key->ends, signature->expires) : signature->expires;
  if (ends + skew_ <= now) throw not_proven();
  co_return UrlGrant{.tenant = key->tenant, .expires = ends};
}

Task<std::shared_ptr<const SignedUrls::Kept>> SignedUrls::find(Context ctx, SigningKeyId id) {
  const auto now = clock_.steady();  // the age counts from before the read
  const auto entry = keys_.find(id);
  if (entry.value && now < entry.until) co_return entry.value;
  const auto generation = keys_.generation();
  auto key = co_await store_.find_signing_key(ctx, id);
  auto read = std::make_shared<const Kept>(std::move(key));
  keys_.put(id, {.value = read, .stored = now, .until = now + kFreshFor}, generation);
  co_return read;
}

}  // namespace calotype::access
