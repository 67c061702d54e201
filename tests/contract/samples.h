#pragma once

#include <string>

#include "model/object.h"
#include "model/tenant.h"

/// Values for the contracts, with every field set to something that is not its default.
namespace calotype::samples {

inline WallTime at(int second) { return WallTime(Milliseconds(1'700'000'000'123 + second * 1000LL)); }

inline Tenant tenant(std::string name = "Ann & Söhne", int second = 0) {
  return {.id = TenantId::random(),
          .name = std::move(name),
          .admin_email = "ann@example.org",
          .demands = {.expiry = true, .token_id = true},
          .quota = {.objects = 1'000'000, .bytes = 5'000'000'000},
          .rate = Rate{.per_second = 12.5, .burst = 40},
          .created = at(second)};
}

inline AccessKey key(TenantId tenant, int second = 0) {
  return {.id = AccessKeyId::random(),
          .tenant = tenant,
          .public_key_pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
          .description = "laptop",
          .is_active = false,
          .created = at(second)};
}

inline Domain domain(TenantId tenant, std::string name = "shop", int second = 0) {
  return {.id = DomainId::random(),
          .tenant = tenant,
          .name = std::move(name),
          .status = "suspended",
          .created = at(second)};
}

inline Bucket bucket(const Domain& domain, std::string alias = "shop-pictures", int second = 0) {
  return {.id = BucketId::random(),
          .tenant = domain.tenant,
          .domain = domain.id,
          .alias = std::move(alias),
          .region = "eu",
          .status = "suspended",
          .serves_statics = true,
          .is_private = true,
          .max_age = Seconds(77),
          .placeholder = "grey.png",
          .default_rule = "ad-large@live",
          .forbidden_types = {"image/gif", "image/tiff"},
          .quota = {.objects = std::nullopt, .bytes = 0},
          .created = at(second),
          .changed = at(second + 1)};
}

inline StoredRule rule(const Domain& domain, std::string name = "ad-large", int second = 0) {
  const std::string body = R"({"name":")" + name + R"("})";
  return {.id = RuleId::random(),
          .tenant = domain.tenant,
          .domain = domain.id,
          .name = std::move(name),
          .revision = 1,
          .body = body,
          .hash = Digest::of(body),
          .created = at(second)};
}

inline ImageInfo image_info() {
  return {.format = ImageFormat::avif,
          .size = {.width = 640, .height = 481},
          .frames = 7,
          .is_animated = true,
          .bit_depth = 10,
          .colour_space = ColourSpace::cmyk,
          .has_alpha = true,
          .is_interlaced = true,
          .has_profile = true,
          .orientation = 6,
          .loop = 3};
}

inline StoredWatermark watermark(const Domain& domain, std::string alias = "logo", int second = 0) {
  return {.id = WatermarkId::random(),
          .tenant = domain.tenant,
          .domain = domain.id,
          .alias = std::move(alias),
          .content = Digest::of("mark"),
          .size_bytes = 5'000'000'000,
          .info = image_info(),
          .created = at(second),
          .changed = at(second + 1)};
}

inline Distribution distribution(TenantId tenant, std::string dns_name = "img.shop.example", int second = 0) {
  return {.id = DistributionId::random(),
          .tenant = tenant,
          .dns_name = std::move(dns_name),
          .auto_format = true,
          .created = at(second)};
}

inline Object object(const Bucket& bucket, std::string name = "ab/cd/é.jpg", int second = 0) {
  Object object{.tenant = bucket.tenant, .bucket = bucket.id, .name = std::move(name)};
  object.content = Digest::of("content of " + object.name);
  object.md5.fill(0x5a);
  object.size_bytes = 5'000'000'000;
  object.content_type = "image/avif";
  object.info = image_info();
  object.focal = FocalPoint{.x = 0.25, .y = 1};
  object.created = at(second);
  object.expires = at(100'000'000);
  object.user_metadata = R"({"credit":"Ann"})";
  object.generation = 3;
  return object;
}

}  // namespace calotype::samples
