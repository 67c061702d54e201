#include "cli/command.h"
#include "cli/object_files.h"
#include "core/encoding.h"

namespace calotype::cli {

namespace {

using http::Method;
using Kind = Word::Kind;
using Place = Word::Place;

const Word kDomain{"DOMAIN", "the domain's id or name", Kind::text, Place::path, "", true};
const Word kBucket{"BUCKET", "the bucket's id or alias", Kind::text, Place::path, "", true};
const Word kRule{"RULE", "the rule's id or name", Kind::text, Place::path, "", true};
const Word kWatermark{"WATERMARK", "the watermark's id or alias", Kind::text, Place::path, "", true};

/// The watermark's picture, into a file.
Task<> get_watermark(Session& session, Words words) {
  Ask ask{.path = domain_path(session.profile()) + "/watermarks/" + encode_percent(words.get("WATERMARK"))};
  auto response = co_await session.open(std::move(ask));
  auto file = words.get("FILE");
  co_await save_response(response, std::move(file), nullptr);
}

std::vector<Word> bucket_settings() {
  return {{"--region", "where it is, such as eu", Kind::text, Place::body, "region"},
          {"--statics", "true: originals are public", Kind::choice, Place::body, "statics"},
          {"--max-age", "seconds that caches keep what is fetched", Kind::number, Place::body, "cache.max_age"},
          {"--settings", "a file with more settings (docs/api.md)", Kind::json_file, Place::body, ""}};
}

std::vector<Word> with(std::vector<Word> first, const std::vector<Word>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

std::vector<Command> domain_commands() {
  return {
      {"domain",
       "list",
       "the tenant's domains",
       Method::get,
       "{tenant}/domains",
       {},
       {{"ID", "id"}, {"NAME", "name"}, {"STATUS", "status"}}},
      {"domain",
       "create",
       "add one",
       Method::post,
       "{tenant}/domains",
       {{"NAME", "its name", Kind::text, Place::body, "name", true}}},
      {"domain", "show", "one", Method::get, "{tenant}/domains/{DOMAIN}", {kDomain}},
      {"domain", "delete", "remove it", Method::del, "{tenant}/domains/{DOMAIN}", {kDomain}, {}, "deleted"},
  };
}

std::vector<Command> bucket_commands() {
  return {
      {"bucket",
       "list",
       "the domain's buckets",
       Method::get,
       "{domain}/buckets",
       {},
       {{"ID", "bucket_id"},
        {"ALIASES", "aliases"},
        {"REGION", "region"},
        {"STATICS", "statics"},
        {"MAX AGE", "cache.max_age"},
        {"STATUS", "status"}}},
      {"bucket", "create", "add one", Method::post, "{domain}/buckets",
       with({{"NAME", "its alias, which stands in public URLs", Kind::text, Place::body, "name", true}},
            bucket_settings())},
      {"bucket", "show", "one", Method::get, "{domain}/buckets/{BUCKET}", {kBucket}},
      {"bucket",
       "update",
       "change its settings",
       Method::put,
       "{domain}/buckets/{BUCKET}",
       with({kBucket, {"--name", "its new alias", Kind::text, Place::body, "name"}}, bucket_settings()),
       {},
       "updated"},
      {"bucket",
       "delete",
       "remove it; it must be empty",
       Method::del,
       "{domain}/buckets/{BUCKET}",
       {kBucket},
       {},
       "deleted"},
  };
}

std::vector<Command> rule_commands() {
  const Word label{"LABEL", "the label", Kind::text, Place::path, "", true};
  const Word revision{"REVISION", "its number", Kind::number, Place::body, "revision", true};
  const Word body{"FILE", "the rule, as JSON; - for standard input", Kind::json_file, Place::body, "", true};
  return {
      {"rule",
       "list",
       "the domain's rules",
       Method::get,
       "{domain}/rules",
       {},
       {{"ID", "id"}, {"NAME", "name"}, {"REVISION", "revision"}, {"DESCRIPTION", "description"}}},
      {"rule",
       "create",
       "store one",
       Method::post,
       "{domain}/rules",
       {body, {"--name", "its name, where the file has none", Kind::text, Place::body, "name"}}},
      {"rule", "show", "one; NAME@7 for a revision", Method::get, "{domain}/rules/{RULE}", {kRule}},
      {"rule", "update", "store a new revision", Method::put, "{domain}/rules/{RULE}", {kRule, body}},
      {"rule", "delete", "remove it", Method::del, "{domain}/rules/{RULE}", {kRule}, {}, "deleted"},
      {"rule",
       "revisions",
       "the revisions of one",
       Method::get,
       "{domain}/rules/{RULE}/revisions",
       {kRule},
       {{"REVISION", "revision"}, {"LABELS", "labels"}, {"CREATED", "created"}, {"HASH", "hash"}}},
      {"rule",
       "diff",
       "how two revisions differ; else the latest and the one before",
       Method::get,
       "{domain}/rules/{RULE}/diff",
       {kRule,
        {"--from", "a number or label", Kind::text, Place::query, "from"},
        {"--to", "a number or label", Kind::text, Place::query, "to"}}},
      {"rule",
       "rollback",
       "store what an old revision says as the next one",
       Method::post,
       "{domain}/rules/{RULE}/rollback",
       {kRule, revision}},
      {"rule",
       "rollout",
       "how far the latest revision is rolled out",
       Method::get,
       "{domain}/rules/{RULE}/rollout",
       {kRule}},
      {"rule",
       "roll-out",
       "serve the latest revision to some objects, and an older one to the others",
       Method::put,
       "{domain}/rules/{RULE}/rollout",
       {kRule,
        {"--from", "the revision for the others", Kind::number, Place::body, "from", true},
        {"--percent", "of the objects have the latest", Kind::number, Place::body, "percent", true}}},
      {"rule",
       "end-rollout",
       "serve the latest revision to all",
       Method::del,
       "{domain}/rules/{RULE}/rollout",
       {kRule},
       {},
       "the latest revision is served to all"},
      {"rule",
       "labels",
       "names of its revisions",
       Method::get,
       "{domain}/rules/{RULE}/labels",
       {kRule},
       {{"LABEL", "name"}, {"REVISION", "revision"}, {"MOVED", "moved"}}},
      {"rule",
       "label",
       "put a label on a revision, or move it there",
       Method::put,
       "{domain}/rules/{RULE}/labels/{LABEL}",
       {kRule, label, revision}},
      {"rule",
       "unlabel",
       "remove a label",
       Method::del,
       "{domain}/rules/{RULE}/labels/{LABEL}",
       {kRule, label},
       {},
       "removed"},
      {"rule",
       "validate",
       "ask the service what it would say, without storing",
       Method::post,
       "/schema/validate",
       {body,
        {"--against", "the stored rule to compare with", Kind::text, Place::query, "against"},
        {"--rules-of", "the domain whose rules `extends` names", Kind::text, Place::query, "domain"}}},
  };
}

std::vector<Command> watermark_commands() {
  return {
      {"watermark",
       "list",
       "the domain's watermarks",
       Method::get,
       "{domain}/watermarks",
       {},
       {{"ID", "id"},
        {"ALIAS", "alias"},
        {"TYPE", "content_type"},
        {"WIDTH", "width"},
        {"HEIGHT", "height"},
        {"SIZE", "size"}}},
      {"watermark",
       "create",
       "store a picture to lay over others",
       Method::post,
       "{domain}/watermarks",
       {{"FILE", "the picture; - for standard input", Kind::body_file, Place::body, "", true},
        {"--alias", "its name", Kind::text, Place::metadata, "alias"}}},
      {.noun = "watermark",
       .verb = "get",
       .doc = "fetch its picture",
       .words = {kWatermark, {"FILE", "where to; - for standard output", Kind::text, Place::none, "", true}},
       .run = get_watermark},
      {"watermark",
       "replace",
       "give it another picture",
       Method::put,
       "{domain}/watermarks/{WATERMARK}",
       {kWatermark,
        {"FILE", "the picture; - for standard input", Kind::body_file, Place::body, "", true},
        {"--alias", "its new name", Kind::text, Place::metadata, "alias"}},
       {},
       "replaced"},
      {"watermark", "delete", "remove it", Method::del, "{domain}/watermarks/{WATERMARK}", {kWatermark}, {}, "deleted"},
  };
}

std::vector<Command> distribution_commands() {
  const Word distribution{"DISTRIBUTION", "the distribution's id", Kind::text, Place::path, "", true};
  const Word format{"--auto-format", "true: rules that leave the format open negotiate it", Kind::choice, Place::body,
                    "auto_format"};
  return {
      {"distribution",
       "list",
       "the tenant's host names",
       Method::get,
       "{tenant}/distributions",
       {},
       {{"ID", "id"}, {"HOST", "dns_name"}, {"AUTO FORMAT", "auto_format"}, {"STATUS", "status"}}},
      {"distribution",
       "create",
       "serve the tenant under a host name",
       Method::post,
       "{tenant}/distributions",
       {{"HOST", "the host name", Kind::text, Place::body, "dns_name", true}, format}},
      {"distribution", "show", "one", Method::get, "{tenant}/distributions/{DISTRIBUTION}", {distribution}},
      {"distribution",
       "update",
       "change it",
       Method::put,
       "{tenant}/distributions/{DISTRIBUTION}",
       {distribution, {"--host", "the host name", Kind::text, Place::body, "dns_name"}, format},
       {},
       "updated"},
      {"distribution",
       "delete",
       "remove it",
       Method::del,
       "{tenant}/distributions/{DISTRIBUTION}",
       {distribution},
       {},
       "deleted"},
  };
}

}  // namespace calotype::cli
