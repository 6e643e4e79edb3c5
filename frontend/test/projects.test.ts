import { expect, test } from 'vitest'
import { readDashboard } from '../src/logic/dashboard'
import { due, readProjects } from '../src/logic/projects'

const zone = 'America/Sao_Paulo'
const now = Date.parse('2026-11-25T12:00:00Z')
const read = (data: unknown) => readProjects({ data }, now, zone)

test('the latest stands first, the finished and the undated last', () => {
  const names = read([
    { name: 'done', progress: 100, dueDate: '2026-01-01' }, { name: 'undated' },
    { name: 'next week', dueDate: '2026-12-01' }, { name: 'late', dueDate: '2026-11-20' },
    { name: 'today', dueDate: '2026-11-25' },
  ]).map((project) => project.name)
  expect(names).toEqual(['late', 'today', 'next week', 'undated', 'done'])
})

test.each([
  ['2026-11-22', { state: 'late', days: 3 }], ['2026-11-25', { state: 'today' }],
  ['2026-11-30', { state: 'soon', days: 5 }], ['2027-01-25', { state: 'later', days: 61 }],
  ['0000-00-00', { state: 'none' }], [null, { state: 'none' }],
])('a project due %s', (dueDate, expected) => {
  const [project] = read([{ name: 'x', dueDate }])
  expect(project && due(project, now, zone)).toEqual(expected)
})

test('progress stays between 0 and 100, and unknown stays unknown', () => {
  expect(read([{ progress: 140 }, { progress: -3 }, { progress: '45.6' }, { progress: 'x' }])
    .map((project) => project.progress).sort()).toEqual([0, 100, 46, null])
})

test('a dashboard without anything is a dashboard of unknowns', () => {
  const { kpis, technicians, recentActivity } = readDashboard({}, zone)
  expect(kpis).toEqual({
    openTickets: null, avgResponseTime: '', resolutionRate: null, customerSatisfaction: null,
    surveyCount: null,
  })
  expect(technicians).toEqual([])
  expect(recentActivity).toEqual([])
})
