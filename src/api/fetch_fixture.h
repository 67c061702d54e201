#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/memory/memory_used_tokens.h"
#include "api/chain.h"
#include "api/fetch_routes.h"
#include "api/job_routes.h"
#include "api/statics_routes.h"
#include "delivery/fixture.h"
#include "support/token.h"

namespace calotype::api {

using FieldList = std::vector<std::pair<std::string, std::string>>;

inline std::string text_of(const http::Response& response) {
  return std::string(std::get<Bytes>(response.body).text());
}

/// The fetch listener's handler over a bucket "open" (public statics) and "shop" (none).
class FetchTest : public delivery::DeliveryTest {
 protected:
  FetchTest() {
    const Bucket bucket{.id = BucketId::random(),
                        .tenant = tenant_,
                        .domain = domain_,
                        .alias = "open",
                        .serves_statics = true,
                        .max_age = Seconds(60),
                        .created = clock_.now()};
    run(catalog_.add_bucket(ctx_, bucket));
    Object object{.tenant = tenant_,
                  .bucket = bucket.id,
                  .name = "dir/photo.jpg",
                  .content = add_blob("0123456789"),
                  .size_bytes = 10,
                  .content_type = "image/jpeg",
                  .info = ImageInfo{},
                  .created = clock_.now()};
    run(index_.add(ctx_, object));
    tag_ = "\"" + object.content.hex() + "\"";
    object.name = "notes.txt";
    object.info = std::nullopt;
    object.content_type = "text/html";
    run(index_.add(ctx_, object));

    const FetchParts parts{.delivery = *delivery_, .access = access_, .signed_urls = signed_urls_, .clock = clock_};
    auto routes = image_routes(parts);
    for (auto& route : statics_routes(parts)) routes.push_back(std::move(route));
    for (auto& route : job_routes(*delivery_)) routes.push_back(std::move(route));
    handler_ = with_short_lived_errors(make_handler(std::move(routes)));
  }

  http::Response fetch(std::string target, FieldList fields = {}, http::Method method = http::Method::get) {
    http::Request request;
    request.method = method;
    request.method_text = std::string(name_of(method));
    request.target = "/api/v1" + target;
    const auto mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
    for (auto& [name, value] : fields) request.fields.add(std::move(name), std::move(value));
    return run(handler_(ctx_, request));
  }

  AccessKeyId add_key(TenantId tenant) {
    const AccessKey key{.id = AccessKeyId::random(),
                        .tenant = tenant,
                        .public_key_pem = test_keys().public_pem,
                        .created = clock_.now()};
    run(catalog_.add_key(ctx_, key, {default_policy_of(tenant)}));
    return key.id;
  }

  std::string signed_target(const std::string& path, AccessKeyId key) { return signed_target(path, key, path, "{}"); }
  /// With a token for `covered`, which carries `metadata`.
  std::string signed_target(const std::string& path, AccessKeyId key, const std::string& covered,
                            const std::string& metadata) {
    return path + "?AccessKeyId=" + key.text() + "&jwt=" + make_fetch_token(test_keys().private_pem, covered, metadata);
  }

  /// Another tenant, and its key.
  AccessKeyId add_stranger() {
    const Tenant other{.id = TenantId::random(), .name = "other", .created = clock_.now()};
    const AccessKey key{.id = AccessKeyId::random(),
                        .tenant = other.id,
                        .public_key_pem = test_keys().public_pem,
                        .created = clock_.now()};
    run(catalog_.add_tenant(ctx_, other, key));
    return key.id;
  }

  /// In force at once.
  void change_bucket(BucketChange change) {
    change.when = clock_.now();
    run(catalog_.change_bucket(ctx_, bucket_, std::move(change), clock_.now()));
    delivery_->forget_settings();
  }

  BlockingPool pool_{1};
  MemoryUsedTokens tokens_;
  access::Access access_{{.catalog = catalog_, .keys = catalog_, .tokens = tokens_}, clock_, pool_, {}};
  access::SignedUrls signed_urls_{catalog_, clock_, Seconds(60)};
  http::Handler handler_;
  std::string tag_;
};

}  // namespace calotype::api
