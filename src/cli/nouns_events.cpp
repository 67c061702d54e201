#include "cli/command.h"

namespace calotype::cli {

namespace {

using http::Method;
using Kind = Word::Kind;
using Place = Word::Place;

const Word kWebhook{"WEBHOOK", "the webhook's id", Kind::text, Place::path, "", true};
const Word kContinue{"--continue", "the token of the page before", Kind::text, Place::query, "continuation-token"};
const std::vector<Column> kEvents{{"TIME", "time"}, {"TYPE", "type"}, {"SUBJECT", "subject"}, {"ID", "id"}};

}  // namespace

std::vector<Command> event_commands() {
  return {
      {"event",
       "list",
       "what happened, the oldest first",
       Method::get,
       "{tenant}/events",
       {{"--type", "only of this type, such as object.created", Kind::text, Place::query, "type"},
        {"--max-keys", "of a page", Kind::number, Place::query, "max-keys"},
        kContinue},
       kEvents},
      {"webhook",
       "list",
       "who is told",
       Method::get,
       "{tenant}/webhooks",
       {},
       {{"ID", "id"}, {"URL", "url"}, {"EVENTS", "events"}, {"ACTIVE", "active"}}},
      {"webhook",
       "create",
       "be told of events; the secret is shown once",
       Method::post,
       "{tenant}/webhooks",
       {{"TO", "the URL to tell", Kind::text, Place::body, "url", true},
        {"--event", "a type; may be repeated; none: all", Kind::list, Place::body, "events"}}},
      {"webhook", "show", "one", Method::get, "{tenant}/webhooks/{WEBHOOK}", {kWebhook}},
      {"webhook",
       "update",
       "change it",
       Method::put,
       "{tenant}/webhooks/{WEBHOOK}",
       {kWebhook,
        {"--to", "where to", Kind::text, Place::body, "url", true},
        {"--event", "a type; may be repeated; none: all", Kind::list, Place::body, "events"},
        {"--active", "true or false", Kind::choice, Place::body, "active"}},
       {},
       "updated"},
      {"webhook", "delete", "remove it", Method::del, "{tenant}/webhooks/{WEBHOOK}", {kWebhook}, {}, "deleted"},
      {"webhook",
       "dead-letters",
       "what could not be delivered",
       Method::get,
       "{tenant}/webhooks/{WEBHOOK}/dead-letters",
       {kWebhook, kContinue},
       kEvents},
      {"webhook",
       "replay",
       "deliver events again",
       Method::post,
       "{tenant}/webhooks/{WEBHOOK}/replay",
       {kWebhook,
        {"--start-date", "from then on, in seconds since 1970", Kind::number, Place::body, "start-date"},
        {"--end-date", "until then", Kind::number, Place::body, "end-date"}},
       {},
       "on their way"},
  };
}

std::vector<Command> purge_commands() {
  const std::vector<Column> columns{{"ID", "purge_id"},          {"SCOPE", "scope"},   {"SUBJECT", "subject"},
                                    {"REASON", "reason"},        {"STATUS", "status"}, {"OBJECTS", "objects"},
                                    {"RENDITIONS", "renditions"}};
  return {
      {"purge",
       "create",
       "drop renditions from every cache: of a bucket, of an object or a prefix in it, of a rule of a domain, or "
       "of all rules with a tag",
       Method::post,
       "{tenant}/purges",
       {{"--in-bucket", "the bucket", Kind::text, Place::body, "bucket"},
        {"--object", "only this object", Kind::text, Place::body, "object"},
        {"--prefix", "only objects whose names begin so", Kind::text, Place::body, "prefix"},
        {"--in-domain", "the domain of the rule", Kind::text, Place::body, "domain"},
        {"--rule", "the rule", Kind::text, Place::body, "rule"},
        {"--tag", "of the rules' policy.cache.tags", Kind::text, Place::body, "tag"}}},
      {"purge",
       "list",
       "the receipts, the latest first",
       Method::get,
       "{tenant}/purges",
       {{"--max-keys", "of a page", Kind::number, Place::query, "max-keys"}, kContinue},
       columns},
      {"purge",
       "show",
       "one receipt",
       Method::get,
       "{tenant}/purges/{PURGE}",
       {{"PURGE", "the purge's id", Kind::text, Place::path, "", true}}},
  };
}

std::vector<Command> signing_key_commands() {
  const Word key{"SIGNING_KEY", "the signing key's id", Kind::text, Place::path, "", true};
  const Word ends{"--ends", "when its signatures are good no more, in seconds since 1970", Kind::number, Place::body,
                  "ends"};
  return {
      {"signing-key",
       "list",
       "what short URLs are signed with",
       Method::get,
       "{tenant}/signing-keys",
       {},
       {{"ID", "id"}, {"ACTIVE", "active"}, {"ENDS", "ends"}, {"DESCRIPTION", "description"}}},
      {"signing-key",
       "create",
       "make one; the secret is shown once",
       Method::post,
       "{tenant}/signing-keys",
       {{"--description", "what it is for", Kind::text, Place::body, "description"}, ends}},
      {"signing-key",
       "update",
       "describe it, or say when it ends",
       Method::put,
       "{tenant}/signing-keys/{SIGNING_KEY}",
       {key, {"--description", "what it is for", Kind::text, Place::body, "description"}, ends},
       {},
       "updated"},
      {"signing-key",
       "delete",
       "withdraw it, and every URL that it has signed",
       Method::del,
       "{tenant}/signing-keys/{SIGNING_KEY}",
       {key},
       {},
       "withdrawn"},
  };
}

}  // namespace calotype::cli
