// The people of an organization: which page an address below /console/people is.
import { NotFound } from './not-found';
import { PeopleAttribute } from './people-attribute';
import { PeopleAttributes } from './people-attributes';
import { PeopleExternal } from './people-external';
import { PeopleExternalPerson } from './people-external-person';
import { PeopleGroup } from './people-group';
import { PeopleGroups } from './people-groups';
import { PeopleInvitations } from './people-invitations';
import { PeopleRoles } from './people-roles';
import { PeopleUser } from './people-user';
import { PeopleUsers } from './people-users';

export function People({ tab, id }: { tab: string | undefined; id: string | undefined }) {
  if (id === undefined) {
    switch (tab) {
      case undefined:
        return <PeopleUsers />;
      case 'invitations':
        return <PeopleInvitations />;
      case 'groups':
        return <PeopleGroups />;
      case 'roles':
        return <PeopleRoles />;
      case 'attributes':
        return <PeopleAttributes />;
      case 'external':
        return <PeopleExternal />;
      default:
        return <NotFound />;
    }
  }
  switch (tab) {
    case 'users':
      return <PeopleUser key={id} id={id} />;
    case 'groups':
      return <PeopleGroup key={id} id={id} />;
    case 'attributes':
      return <PeopleAttribute key={id} id={id} />;
    case 'external':
      return <PeopleExternalPerson key={id} id={id} />;
    default:
      return <NotFound />;
  }
}
