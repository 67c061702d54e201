#include "api/rule_base.h"

#include <fmt/format.h>

#include "core/error.h"
#include "rules/extends.h"

namespace calotype::api {

Task<std::string> with_base(Parts parts, Call call, Domain domain, std::string body) {
  const auto reference = rules::base_of(body);
  if (!reference) co_return body;
  const auto base = co_await parts->tenants.rules.find(call.ctx, domain, *reference);
  if (!base) {
    throw Error(Fault::unprocessable, fmt::format("read rule: /extends: no rule {} in the domain", *reference),
                "invalid-rule",
                {{.pointer = "/extends",
                  .detail = fmt::format("is no rule of the domain: {}", *reference),
                  .hint = "name a rule of the same domain by its name or id, perhaps with @revision or @label"}});
  }
  std::vector<access::PathPart> touched{{.kind = "tenant", .text = base->tenant.text()},
                                        {.kind = "domain", .text = base->domain.text()},
                                        {.kind = "rule", .text = base->id.text()}};
  co_await parts->access.permit(call.ctx, call.caller, base->tenant, "rules:get", std::move(touched));
  co_return rules::put_upon(base->body, body, fmt::format("{}@{}", base->name, base->revision));
}

}  // namespace calotype::api
