-- HTML: each exhibit is a figure, its numbered caption first; tables stand in a frame that scrolls by itself on a narrow screen.

local LABELS = { figure = 'Figure', table = 'Table' }
local NBSP = '\u{a0}'

local function html(text)
  return pandoc.RawBlock('html', text)
end

local function caption(exhibit)
  local lead = LABELS[exhibit.identifier:match('^%a+')] .. NBSP .. exhibit.attributes.number .. ':'
  local label = pandoc.Span({ pandoc.Str(lead) }, { class = 'caption-label' })
  return pandoc.Plain(pandoc.Inlines { label, pandoc.Space() } .. exhibit.caption.long[1].content)
end

local function opened(exhibit)
  local id = exhibit.identifier
  return pandoc.Blocks { html('<figure id="' .. id .. '"><figcaption id="' .. id .. '-caption">'), caption(exhibit), html('</figcaption>') }
end

function Figure(figure)
  if not figure.attributes.number then return nil end
  local blocks = opened(figure)
  blocks:extend(figure.content)
  blocks:insert(html('</figure>'))
  return blocks
end

function Table(tbl)
  if not tbl.attributes.number then return nil end
  local blocks = opened(tbl)
  local name = tbl.identifier .. '-caption'
  tbl.caption.long = pandoc.Blocks {}
  tbl.attr = pandoc.Attr('', {}, { ['aria-labelledby'] = name })
  blocks:insert(html('<div class="table-frame" role="region" tabindex="0" aria-labelledby="' .. name .. '">'))
  blocks:insert(tbl)
  blocks:insert(html('</div></figure>'))
  return blocks
end
