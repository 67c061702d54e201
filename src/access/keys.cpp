#include "access/keys.h"

#include "access/public_key.h"
#include "core/encoding.h"

namespace calotype::access {

namespace {

constexpr std::size_t kMaxDescription = 500;

void require_description(const std::string& description) {
  if (description.size() <= kMaxDescription && is_utf8(description)) return;
  throw Error(Fault::unprocessable, "add an access key: the description cannot be used", "invalid-body",
              {{.pointer = "/description",
                .detail = fmt::format("must be text of at most {} bytes", kMaxDescription),
                .hint = ""}});
}

Error unusable(std::string_view sent) {
  const bool is_private = sent.find("PRIVATE KEY-----") != std::string_view::npos;
  return Error(Fault::unprocessable, "add an access key: the public key cannot be used", "invalid-body",
               {{.pointer = "/public_key",
                 .detail = "must be an RSA public key of 2048, 3072 or 4096 bits with an exponent of at least 65537, "
                           "as PEM (SubjectPublicKeyInfo) or its bare base64",
                 .hint = is_private ? "this is a private key: send its public half, and make a new pair" : ""}});
}

}  // namespace

Task<MadeKey> Keys::make(Context ctx, TenantId tenant, std::string description) {
  require_description(description);
  auto pair = co_await pool_.run(make_key_pair);
  MadeKey made{.key = {.id = AccessKeyId::random(),
                       .tenant = tenant,
                       .public_key_pem = std::move(pair.public_pem),
                       .description = std::move(description),
                       .is_active = true,
                       .created = clock_.now()},
               .private_pem = std::move(pair.private_pem)};
  co_await catalog_.add_key(ctx, made.key);
  co_return made;
}

Task<AccessKey> Keys::add(Context ctx, TenantId tenant, std::string public_key, std::string description) {
  require_description(description);
  const auto read = PublicKey::read(public_key);
  if (!read) throw unusable(public_key);
  AccessKey key{.id = AccessKeyId::random(),
                .tenant = tenant,
                .public_key_pem = read->pem(),
                .description = std::move(description),
                .is_active = true,
                .created = clock_.now()};
  co_await catalog_.add_key(ctx, key);
  co_return key;
}

}  // namespace calotype::access
