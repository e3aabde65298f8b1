// The order of a list of dashboards, which stays in its address.
import { place, setQuery } from '../state/router';

export type DashboardOrder = 'modified' | 'title';

/** As the address has it. */
export function dashboardOrder(): DashboardOrder {
  return place.value.query.get('order') === 'title' ? 'title' : 'modified';
}

export function OrderChoice() {
  return (
    <label class="inline-select">
      <span>Order</span>
      <select
        class="input"
        value={dashboardOrder()}
        onChange={(event) =>
          setQuery({ order: event.currentTarget.value === 'title' ? 'title' : null })
        }
      >
        <option value="modified">Last changed</option>
        <option value="title">Title</option>
      </select>
    </label>
  );
}
