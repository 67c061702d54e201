#pragma once

#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "access/test_loop.h"
#include "adapters/memory/memory_answer_store.h"
#include "adapters/memory/memory_blob_store.h"
#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/memory_object_index.h"
#include "adapters/memory/memory_rendition_store.h"
#include "adapters/memory/memory_upload_index.h"
#include "adapters/memory/memory_used_tokens.h"
#include "api/chain.h"
#include "api/management.h"
#include "api/memory_body.h"
#include "core/fake_clock.h"
#include "support/fake_engine.h"
#include "support/token.h"

namespace calotype::api {

/// Somebody who signs requests.
struct Signer {
  TenantId tenant;
  AccessKeyId key;
  std::string private_pem;
};

/// A request to be: the path is without "/api/v1".
struct Sent {
  http::Method method = http::Method::get;
  std::string path;
  std::string body{};
  std::string metadata = "{}";
  std::string query{};
  http::Fields fields{};
};

/// An answer, read.
struct Got {
  int status = 0;
  http::Fields fields;
  std::string body;

  boost::json::value json() const { return boost::json::parse(body); }
  /// A member by its JSON pointer, as text.
  std::string at(std::string_view pointer) const {
    const auto whole = json();
    const auto& value = whole.at_pointer(pointer);
    return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
  }
  std::string location() const { return std::string(fields.get("Location")); }
};

/// The management API over stores in memory, with an operator and two tenants.
class ManagementTest : public ::testing::Test {
 protected:
  ManagementTest() {
    clock_.set(WallTime(Seconds(1'700'000'000)));
    house_ = signer_of(*loop_.run(tenants_.accounts.ensure_operator({})));
    shop_ = signer_of(loop_.run(tenants_.accounts.sign_up({}, {.name = "shop", .admin_email = "a@shop.example"})));
    other_ = signer_of(loop_.run(tenants_.accounts.sign_up({}, {.name = "other", .admin_email = "a@other.example"})));
  }

  static Signer signer_of(const tenants::SignedUp& made) {
    return {.tenant = made.tenant.id, .key = made.key.id, .private_pem = made.private_pem};
  }

  http::Handler handler(SignUp sign_up = SignUp::closed) {
    return make_handler(management_routes(
        {.access = access_,
         .keys = keys_,
         .policies = policies_,
         .signing_keys = signing_keys_,
         .tenants = tenants_,
         .objects = objects_,
         .uploads = uploads_,
         .answers = answers_,
         .events = events_,
         .rate_limit = *limit_in_use_,
         .clock = clock_,
         .forget = [this](BucketId, const std::string& name) { forgotten_.push_back(name); },
         .settings_changed = [this] { ++settings_changes_; },
         .explain = [this](Context ctx,
                           delivery::Ask ask) { return delivery_.explain(std::move(ctx), std::move(ask)); },
         .sign_up = sign_up}));
  }

  /// Sends it through the whole chain, signed where there is a signer.
  Got send(const Sent& sent, const std::optional<Signer>& signer, SignUp sign_up = SignUp::closed) {
    MemoryBody body(sent.body);
    http::Request request{.method = sent.method,
                          .method_text = std::string(name_of(sent.method)),
                          .target = "",
                          .path = "/api/v1" + sent.path,
                          .query = sent.query,
                          .fields = sent.fields,
                          .peer = "127.0.0.1",
                          .body = &body};
    if (signer) {
      const auto token = make_token(signer->private_pem, request.method_text, sent.path, clock_.now(), sent.metadata);
      request.query += (request.query.empty() ? "jwt=" : "&jwt=") + token + "&AccessKeyId=" + signer->key.text();
    }
    return send_raw(request, sign_up);
  }

  Got send_raw(http::Request& request, SignUp sign_up = SignUp::closed) {
    const auto response = loop_.run(handler(sign_up)({.deadline = SteadyTime::max(), .request_id = "r-1"}, request));
    return {.status = response.status,
            .fields = response.fields,
            .body = std::string(std::get<Bytes>(response.body).text())};
  }

  /// Makes something and gives the path of its Location.
  std::string make(const std::string& path, const std::string& body, const std::string& metadata = "{}") {
    const auto got = send({.method = http::Method::post, .path = path, .body = body, .metadata = metadata}, shop_);
    EXPECT_EQ(got.status, 201) << got.body;
    const auto location = got.location();
    EXPECT_TRUE(location.starts_with("/api/v1")) << location;
    return location.substr(std::min<std::size_t>(location.size(), 7));
  }

  std::string shop_path() const { return "/tenants/" + shop_.tenant.text(); }

  TestLoop loop_;
  FakeClock clock_;
  MemoryBlobStore blobs_;
  MemoryEventOutbox outbox_;
  MemoryPurgeStore purges_{&outbox_};
  MemoryObjectIndex index_{&outbox_, &purges_};
  MemoryCatalog catalog_{&index_, &outbox_};
  FakeEngine engine_;
  BlockingPool pool_{1};
  MemoryRenditionStore memory_{1'000'000};
  MemoryRenditionStore disk_{1'000'000};
  telemetry::Metrics metrics_;
  delivery::Delivery delivery_{
      {.catalog = catalog_, .index = index_, .blobs = blobs_, .engine = engine_, .memory = memory_, .disk = disk_},
      clock_,
      metrics_,
      {}};
  MemoryUsedTokens tokens_;
  access::Access access_{{.catalog = catalog_, .keys = catalog_, .tokens = tokens_}, clock_, pool_, {}};
  access::Keys keys_{catalog_, clock_, pool_};
  access::Policies policies_{catalog_, clock_};
  access::SigningKeys signing_keys_{catalog_, clock_};
  RateLimit rate_limit_{{}, clock_};
  RateLimit* limit_in_use_ = &rate_limit_;
  tenants::Tenants tenants_{{.catalog = catalog_,
                             .invitations = catalog_,
                             .blobs = blobs_,
                             .engine = engine_,
                             .objects = index_,
                             .purges = purges_},
                            clock_,
                            pool_,
                            [this] {
                              const auto& keys = test_keys("made " + std::to_string(made_++ % 3));
                              return tenants::KeyHalves{.private_pem = keys.private_pem, .public_pem = keys.public_pem};
                            },
                            {.bytes = 1000, .limits = {}}};
  MemoryUploadIndex upload_index_{index_};
  MemoryAnswerStore answers_;
  events::Events events_{outbox_, clock_, {.webhooks = 3}};
  objects::Options object_options_{.object_bytes = 10'000, .multipart_bytes = 25'000, .open_uploads = 3, .limits = {}};
  objects::Objects objects_{blobs_, index_, engine_, catalog_, clock_, object_options_};
  objects::Uploads uploads_{blobs_, index_, upload_index_, engine_, catalog_, clock_, object_options_};
  int made_ = 0;
  Signer house_;
  Signer shop_;
  Signer other_;
  std::vector<std::string> forgotten_;
  int settings_changes_ = 0;
};

}  // namespace calotype::api
