#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/context.h"
#include "core/error.h"
#include "core/task.h"
#include "delivery/jobs.h"
#include "delivery/remote_store.h"
#include "delivery/rule_access.h"
#include "delivery/stand_in.h"
#include "model/object.h"
#include "model/rendition.h"
#include "model/tenant.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"
#include "ports/image_engine.h"
#include "ports/object_index.h"
#include "ports/rendition_store.h"
#include "rules/language.h"
#include "telemetry/metrics.h"
#include "transform/planner.h"

/// How a picture leaves the house: the story is deliver.cpp. Knows no HTTP.
namespace calotype::delivery {

struct Explanation;

/// Which bucket a client means: by its alias alone (then `tenant` is empty), or by the three parts of a path, where
/// tenant is an id and the others are an id or a name.
struct Place {
  std::string tenant;
  std::string domain;
  std::string bucket;
};

/// The one answer to a bucket that is not there and to one that the client may not know of.
Error no_bucket(const Place& place);
Error no_object(const std::string& name);

/// What the client has already.
struct Known {
  bool any = false;  ///< any rendition will do
  std::vector<RenditionKey> keys;
  std::optional<WallTime> since;  ///< asked only when there are neither; whole seconds
};

/// On which of its fields, beside its address, an answer depends. Sums up.
struct Varies {
  bool accept = false;
  bool save_data = false;
  bool dpr = false;
  bool width = false;
  bool viewport_width = false;
  bool operator==(const Varies&) const = default;
};

struct Ask {
  Place place;
  std::string object;
  std::string mark{};        ///< instead of an object: a watermark of the bucket's domain, by its id or alias
  std::string rule;          ///< of the bucket's domain: id or name, perhaps with @revision or @label; empty: the
                             ///< bucket's default one
  std::string dynamic_rule;  ///< the text of a rule that its caller has signed; empty: none. It comes before `rule`
  rules::Parameters signed_parameters;  ///< of a dynamic rule
  rules::Parameters parameters;         ///< of the query; what the rule does not declare is left alone
  bool negotiates = false;              ///< the format, whatever the rule says
  transform::Accepts accepts;
  ClientHints hints{};
  Known known;
  bool is_document = false;   ///< asks for a page of a document; otherwise for a picture
  std::optional<int> page{};  ///< instead of the one that the rule names
  Visitor visitor{};          ///< who asks
  bool is_kept_only = false;  ///< nothing is made for it: what is in no tier is unavailable
  int weight = 1;             ///< as often it counts among what is asked for
};

/// Where an answer came from. Shared: it was made for another request at the same time. Remote: in the store that
/// several processes share. What has passed was rendered and is not kept.
enum class Origin { known, memory, disk, remote, shared, rendered, passed };

/// "memory", "disk", ...: a metric label.
std::string_view name_of(Origin origin);

/// What is made in the background, for whoever asks again.
struct Job {
  JobStatus::Stage stage = JobStatus::Stage::queued;
  Seconds retry{1};  ///< when it is worth asking again
};

struct Answer {
  RenditionKey key;
  std::optional<RuleId> rule{};        ///< of a stored one
  std::optional<Rendition> rendition;  ///< absent: the client has it already, or it is refused
  /// There is no capacity for it, and nothing that stands in. Told and not thrown: in a flood there are thousands of
  /// these a second. Nothing else is said then.
  std::optional<Error> refusal{};
  /// It is made in the background: neither it nor anything that stands in is there yet. Its id is `key`.
  std::optional<Job> job{};
  ImageFormat format = ImageFormat::jpg;
  Varies varies{};
  bool is_stale = false;             ///< the catalog could not be asked: decided from what was known a while ago
  Degraded degraded = Degraded::no;  ///< another rendition, because this one could not be made, or not in time
  std::optional<Error> failure{};    ///< of a last good one: why this one could not be made
  WallTime modified;                 ///< of the youngest of object, rule and watermarks
  std::shared_ptr<const rule::Policy> policy{};  ///< the rule's; never null
  bool is_open = true;                           ///< anybody may have it: caches may share it
  bool is_repeatable = false;                    ///< the same for the same request, until changes() or kRepeatable
  Origin origin = Origin::rendered;
  Microseconds lookup{0};  ///< until it was known which rendition is wanted
  Microseconds making{0};  ///< from then on, until it was there
};

/// An original and where it lies.
struct Original {
  Object object;
  SharedSource source;
};

/// So long an answer may be repeated without asking anything. With Options::fresh it makes a second.
inline constexpr Milliseconds kRepeatable{100};

struct Options {
  Milliseconds fresh{900};                  ///< what was found is not asked for again for so long
  Milliseconds absent{250};                 ///< what was not found
  Milliseconds stale{600'000};              ///< what was found is still used while the catalog cannot be asked
  Milliseconds refused{10'000};             ///< a rendering that failed because of its picture is not tried again
  std::size_t entries = 50'000;             ///< of each cache of lookups
  std::size_t pending_stores = 256;         ///< renditions on their way to the disk
  std::int64_t pending_bytes = 64'000'000;  ///< of them; more is dropped and counted
  Milliseconds patience{500};               ///< so long a request waits where a stale rendition could be served
  JobOptions jobs;
  RemoteOptions remote;
  transform::Limits limits;
  Digest fonts;  ///< that texts are drawn with
};

struct Stores {
  Catalog& catalog;
  ObjectIndex& index;
  BlobStore& blobs;
  ImageEngine& engine;
  RenditionStore& memory;
  RenditionStore& disk;
  /// Behind the disk: of several processes together. May be slow or gone; outlives all executors that Delivery ran on.
  RenditionStore* shared = nullptr;
};

/// Thread: any.
class Delivery {
 public:
  Delivery(Stores stores, const Clock& clock, telemetry::Metrics& metrics, Options options);
  ~Delivery();

  /// A rendition. Throws: as require_access(); missing (bucket, object, rule; an object that is no picture, or no
  /// document), invalid (a parameter), unprocessable (also a dynamic rule), too_large; and unavailable, timed_out where
  /// that is not for want of capacity.
  Task<Answer> deliver(Context ctx, Ask ask);

  /// What deliver() would do for a client whom the rule lets in. Throws: missing (bucket, object, rule), invalid (a
  /// parameter); what else would be refused is told.
  Task<Explanation> explain(Context ctx, Ask ask);

  /// The policy of the rule that is asked for; null where there is none.
  Task<std::shared_ptr<const rule::Policy>> find_policy(Context ctx, Bucket bucket, Ask ask);
  /// Counts an answer with something that stands in.
  void count(Degraded kind);
  /// Counts an answer that was repeated.
  void count(Origin origin);
  /// Another number, as soon as anything that was forgotten or dropped here may have changed an answer.
  std::uint64_t changes() const;
  /// What was asked for most by a rule that wants that prewarmed, most first, to be asked once more; and forgets it.
  std::vector<Ask> take_popular(RuleId rule);
  /// How far the job is that makes this rendition; nullopt where nothing is known of either.
  Task<std::optional<JobStatus>> find_job(Context ctx, RenditionKey key);
  /// How many renditions are being made, or wait for that in the background.
  int making() const;
  /// Throws missing.
  Task<Bucket> find_bucket(Context ctx, Place place);
  /// The tenant's own host name, and how it serves; nullopt for a name that is nobody's.
  Task<std::optional<Distribution>> find_distribution(Context ctx, std::string dns_name);
  /// Throws missing.
  Task<Original> open_original(Context ctx, BucketId bucket, std::string name);

  /// What is known of an object is no longer true: it was stored or removed. Effective when it returns.
  void forget(BucketId bucket, const std::string& name);
  /// The same of all buckets, rules, watermarks and host names.
  void forget_settings();
  /// Removes all renditions of a content from every tier, also those that are being made or written now. Gives how
  /// many there were. Throws unavailable, timed_out: they may not all be gone.
  Task<std::size_t> drop(Context ctx, TenantId tenant, ContentHash content);
  /// `told` is called with each drop(), before the tiers are looked through, by whichever thread. To be said once,
  /// before anything is asked.
  void when_dropping(std::function<void()> told);

  /// Forgets the jobs that wait. Blocks until no rendition is being made, also for requests that have gone, and none is
  /// on its way to a store; false when that takes longer than `limit`. Only then may this be destroyed before the
  /// executors that it ran on. Thread: none of those that run tasks.
  bool settle(Milliseconds limit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace calotype::delivery
