#pragma once

#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters/memory/memory_blob_store.h"
#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/memory_object_index.h"
#include "adapters/memory/memory_rendition_store.h"
#include "core/fake_clock.h"
#include "delivery/delivery.h"
#include "support/fake_engine.h"

namespace calotype::delivery {

/// A tenant with a domain "news", a bucket "shop", an object "cat.jpg" of 1200x800, and rules, on stores in memory.
/// Tasks run on one loop, to the end of all that they began.
class DeliveryTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kTierBytes = 10'000'000;

  DeliveryTest() {
    const Tenant owner{.id = tenant_, .name = "acme", .created = clock_.now()};
    const AccessKey key{.id = AccessKeyId::random(), .tenant = tenant_, .created = clock_.now()};
    run(catalog_.add_tenant(ctx_, owner, key));
    const Domain domain{.id = domain_, .tenant = tenant_, .name = "news", .created = clock_.now()};
    run(catalog_.add_domain(ctx_, domain));
    const Bucket bucket{.id = bucket_,
                        .tenant = tenant_,
                        .domain = domain_,
                        .alias = "shop",
                        .max_age = Seconds(3600),
                        .created = clock_.now()};
    run(catalog_.add_bucket(ctx_, bucket));
    add_rule("small", R"({"format":"jpg","actions":[{"resize":{"width":300}}]})");
    add_object("cat.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
    make_delivery();
  }

  void make_delivery(Options options = {}) {
    const Stores stores{.catalog = catalog_,
                        .index = *index_in_use_,
                        .blobs = blobs_,
                        .engine = engine_,
                        .memory = *memory_,
                        .disk = *disk_in_use_,
                        .shared = shared_};
    delivery_ = std::make_unique<Delivery>(stores, clock_, metrics_, options);
  }

  ContentHash add_blob(std::string text) {
    auto staged = run(blobs_.stage(ctx_));
    run(staged->append(ctx_, std::as_bytes(std::span(text))));
    const auto hashes = staged->finish();
    run(staged->commit(ctx_));
    return hashes.sha256;
  }

  Object add_object(const std::string& name, std::optional<ImageInfo> info) {
    Object object{.tenant = tenant_,
                  .bucket = bucket_,
                  .name = name,
                  .content = add_blob("bytes of " + name),
                  .content_type = "image/jpeg",
                  .info = info,
                  .created = clock_.now()};
    object.size_bytes = 9 + name.size();
    run(index_.add(ctx_, object));
    return object;
  }

  RuleId add_rule(const std::string& name, const std::string& body) {
    const StoredRule rule{.id = RuleId::random(),
                          .tenant = tenant_,
                          .domain = domain_,
                          .name = name,
                          .body = body,
                          .created = clock_.now()};
    run(catalog_.add_rule(ctx_, rule));
    return rule.id;
  }

  WatermarkId add_watermark(const std::string& alias) {
    const StoredWatermark mark{
        .id = WatermarkId::random(),
        .tenant = tenant_,
        .domain = domain_,
        .alias = alias,
        .content = add_blob("mark " + alias),
        .info = {.format = ImageFormat::png, .size = {.width = 60, .height = 60}, .has_alpha = true},
        .created = clock_.now()};
    run(catalog_.add_watermark(ctx_, mark));
    return mark.id;
  }

  static Ask ask_for(std::string rule = "small", std::string object = "cat.jpg") {
    Ask ask;
    ask.place.bucket = "shop";
    ask.object = std::move(object);
    ask.rule = std::move(rule);
    return ask;
  }

  Answer deliver(Ask ask) { return run(delivery_->deliver(ctx_, std::move(ask))); }

  /// What deliver() throws, or tells of want of capacity.
  Error refusal(Ask ask) {
    try {
      const auto answer = deliver(std::move(ask));
      if (answer.refusal) return *answer.refusal;
    } catch (const Error& error) {
      return error;
    }
    return Error(Fault::internal, "it was served", "served");
  }

  /// Runs a task and all that it leaves behind, and gives its result or throws what it threw.
  template <class T>
  T run(Task<T> task) {
    std::exception_ptr failure;
    std::optional<T> result;
    boost::asio::co_spawn(loop_, std::move(task), [&](std::exception_ptr thrown, T value) {
      failure = thrown;
      if (!thrown) result.emplace(std::move(value));
    });
    run_loop();
    if (failure) std::rethrow_exception(failure);
    return std::move(result.value());
  }
  void run(Task<> task) {
    std::exception_ptr failure;
    boost::asio::co_spawn(loop_, std::move(task), [&](std::exception_ptr thrown) { failure = thrown; });
    run_loop();
    if (failure) std::rethrow_exception(failure);
  }
  void run_loop() {
    loop_.restart();
    loop_.run_for(std::chrono::seconds(20));
  }

  FakeClock clock_;
  telemetry::Metrics metrics_;
  boost::asio::io_context loop_;
  Context ctx_{.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60), .request_id = "test"};
  TenantId tenant_ = TenantId::random();
  DomainId domain_ = DomainId::random();
  BucketId bucket_ = BucketId::random();
  MemoryCatalog catalog_;
  MemoryObjectIndex index_;
  MemoryBlobStore blobs_;
  std::optional<MemoryRenditionStore> memory_{kTierBytes};
  std::optional<MemoryRenditionStore> disk_{kTierBytes};
  FakeEngine engine_;
  ObjectIndex* index_in_use_ = &index_;
  RenditionStore* disk_in_use_ = &*disk_;
  RenditionStore* shared_ = nullptr;
  std::unique_ptr<Delivery> delivery_;
};

}  // namespace calotype::delivery
