// Everything about the people of an organization that its administrators manage.
#pragma once

#include "access/attribute_service.h"
#include "access/group_service.h"
#include "access/invitations.h"
#include "access/people_service.h"
#include "access/role_service.h"
#include "access/user_service.h"

namespace casement::access {

struct PeopleServices {
    /// All must outlive it.
    PeopleServices(const CatalogParts& catalog, SessionService& sessions, UserSlots& slots)
        : parts(catalog),
          people(catalog, sessions, &slots),
          users(catalog, sessions),
          groups(catalog),
          roles(catalog),
          attributes(catalog),
          invitations(catalog, sessions, slots) {}

    const CatalogParts parts;
    PeopleService people;
    UserService users;
    GroupService groups;
    RoleService roles;
    AttributeService attributes;
    Invitations invitations;
};

}  // namespace casement::access
