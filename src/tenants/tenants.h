#pragma once

#include "tenants/accounts.h"
#include "tenants/buckets.h"
#include "tenants/distributions.h"
#include "tenants/domains.h"
#include "tenants/invitations.h"
#include "tenants/purges.h"
#include "tenants/rehearsals.h"
#include "tenants/rule_book.h"
#include "tenants/watermarks.h"

/// How customers are set up: one class for each noun, all of them stateless over the ports.
namespace calotype::tenants {

struct Ports {
  Catalog& catalog;
  InvitationStore& invitations;
  BlobStore& blobs;
  ImageEngine& engine;
  ObjectIndex& objects;
  PurgeStore& purges;
};

/// All of them, made together. Thread: any.
struct Tenants {
  Tenants(Ports ports, const Clock& clock, BlockingPool& pool, KeyMaker make_key, WatermarkOptions options,
          DistributionOptions hosts = {})
      : accounts(ports.catalog, clock, pool, std::move(make_key)),
        invitations(ports.invitations, clock),
        domains(ports.catalog, clock),
        buckets(ports.catalog, clock),
        rules(ports.catalog, clock),
        watermarks(ports.catalog, ports.blobs, ports.engine, clock, options),
        distributions(ports.catalog, clock, std::move(hosts)),
        rehearsals(ports.catalog, options.limits),
        purges(ports.purges, ports.catalog, ports.objects, clock) {}

  Accounts accounts;
  Invitations invitations;
  Domains domains;
  Buckets buckets;
  RuleBook rules;
  Watermarks watermarks;
  Distributions distributions;
  Rehearsals rehearsals;
  Purges purges;
};

}  // namespace calotype::tenants
