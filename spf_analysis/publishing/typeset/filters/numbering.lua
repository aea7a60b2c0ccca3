-- Numbers for sections, figures and tables in reading order, and the cross-references that name them.
-- Each number is kept in the attribute `number`; how it is printed is the business of each format.
-- fig-share becomes figure_share and tbl-steps table_steps, so that Quarto does not number them a second time.

local LABELS = { fig = 'Figure', tbl = 'Table', sec = 'Section' }
local NBSP = '\u{a0}'
local numbers = {}
local counts = { fig = 0, tbl = 0 }
local sections = {}

local function kind_of(id)
  local kind = id:match('^(%a+)%-')
  return LABELS[kind] and kind or nil
end

local function next_section(level)
  sections[level] = (sections[level] or 0) + 1
  for deeper = level + 1, 6 do sections[deeper] = nil end
  local parts = {}
  for depth = 2, level do parts[#parts + 1] = tostring(sections[depth] or 0) end
  return table.concat(parts, '.')
end

local function number_header(header)
  if header.classes:includes('unnumbered') then return nil end
  header.attributes.number = next_section(header.level)
  numbers[header.identifier] = header.attributes.number
  return header
end

local function own_id(id)
  return (id:gsub('^fig%-', 'figure_'):gsub('^tbl%-', 'table_'))
end

local function number_exhibit(exhibit)
  local kind = kind_of(exhibit.identifier)
  if not kind or not counts[kind] then return nil end
  counts[kind] = counts[kind] + 1
  numbers[exhibit.identifier] = tostring(counts[kind])
  exhibit.attributes.number = numbers[exhibit.identifier]
  exhibit.identifier = own_id(exhibit.identifier)
  return exhibit
end

local function reference_to(id)
  if not numbers[id] then error('unresolved cross-reference @' .. id) end
  local text = LABELS[kind_of(id)] .. NBSP .. numbers[id]
  return pandoc.Link({ pandoc.Str(text) }, '#' .. own_id(id), '', { class = 'cross-reference' })
end

local function resolve(cite)
  local found = pandoc.Inlines {}
  for index, citation in ipairs(cite.citations) do
    if not kind_of(citation.id) then return nil end
    if index > 1 then found:extend { pandoc.Str(','), pandoc.Space() } end
    found:insert(reference_to(citation.id))
  end
  return found
end

return {
  { traverse = 'topdown', Header = number_header, Figure = number_exhibit, Table = number_exhibit },
  { Cite = resolve },
}
