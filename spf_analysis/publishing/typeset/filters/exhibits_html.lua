-- HTML: each exhibit is a figure, its numbered caption first, then a frame that scrolls by itself on a narrow screen.

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

local function framed(kind, id)
  return html('<div class="' .. kind .. '-frame" role="region" tabindex="0" aria-labelledby="' .. id .. '-caption">')
end

function Figure(figure)
  if not figure.attributes.number then return nil end
  local blocks = opened(figure)
  blocks:insert(framed('chart', figure.identifier))
  blocks:extend(figure.content)
  blocks:insert(html('</div></figure>'))
  return blocks
end

function Table(tbl)
  if not tbl.attributes.number then return nil end
  local blocks = opened(tbl)
  blocks:insert(framed('table', tbl.identifier))
  tbl.caption.long = pandoc.Blocks {}
  tbl.attr = pandoc.Attr('', {}, { ['aria-labelledby'] = tbl.identifier .. '-caption' })
  blocks:insert(tbl)
  blocks:insert(html('</div></figure>'))
  return blocks
end

-- A browser would break a line between a sign and its pounds.
function Str(word)
  if word.text:match('^%+£') or word.text:match('^−£') then return pandoc.Span({ word }, { class = 'whole' }) end
end
