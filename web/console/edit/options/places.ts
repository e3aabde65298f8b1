// Rows as markers on a map.
import { choice, column, number } from '../option';
import { is, type Group } from './groups';

export const kGeomap: Group[] = [
  {
    title: 'Places',
    options: [
      choice(
        'auto',
        'auto=As the columns say',
        'coordinates=Latitude and longitude',
        'geohash=Geohash',
        'country=Country',
      )('location', 'A row is at'),
      column()('latitude_column', 'Column of the latitude'),
      column()('longitude_column', 'Column of the longitude'),
      column()('geohash_column', 'Column of the geohash'),
      column()('country_column', 'Column of the country'),
      column()('value_column', 'Column of the value'),
      column()('label_column', 'Column of the names'),
    ],
  },
  {
    title: 'Markers and map',
    options: [
      number(1, 100, '4')('size_min', 'Least radius'),
      number(1, 100, '15')('size_max', 'Greatest radius'),
      number(0, 1, '0.7')('marker_opacity', 'Opacity'),
      choice(
        'fit',
        'fit=On all markers',
        'world=On the world',
        'center=On a place',
      )('view', 'Opens'),
      number(-90, 90)('center_latitude', 'Latitude', { when: is('view', 'center') }),
      number(-180, 180)('center_longitude', 'Longitude', { when: is('view', 'center') }),
      number(1, 20)('zoom', 'Zoom', { when: is('view', 'center') }),
    ],
  },
];
