-- Typst: each exhibit is a figure whose caption carries its number; pictures keep their text alternative, which pandoc's writer would drop.

local function typst(text)
  return pandoc.RawBlock('typst', text)
end

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('[\r\n]+', ' ') .. '"'
end

local LABELS = { figure = 'Figure', table = 'Table' }
local NBSP = '\u{a0}'

local function caption(exhibit)
  local label = LABELS[exhibit.identifier:match('^%a+')] .. NBSP .. exhibit.attributes.number .. ':'
  return pandoc.Plain(pandoc.Inlines { pandoc.Str(label), pandoc.Space() } .. exhibit.caption.long[1].content)
end

local SHORT = 700 -- characters in a table that takes a third of a page at the most

local function is_short(exhibit)
  return exhibit.t ~= 'Table' or #pandoc.utils.stringify(exhibit) <= SHORT
end

-- A short table stays on one page; a long one breaks between rows and repeats its header.
local function opened(exhibit)
  return pandoc.Blocks { typst('#exhibit(whole: ' .. tostring(is_short(exhibit)) .. ')[#figure([') }
end

local function is_noted(exhibit)
  return (exhibit.t == 'Figure' or exhibit.t == 'Table') and exhibit.attributes.noted == 'true'
end

local function closed(blocks, exhibit, kind)
  blocks:insert(typst('], kind: ' .. kind .. ', caption: ['))
  blocks:insert(caption(exhibit))
  blocks:insert(typst(']) <' .. exhibit.identifier .. '>]' .. (is_noted(exhibit) and '[' or '')))
  return blocks
end

-- The source note after an exhibit becomes the second part of the exhibit, which has to leave room for it on its last page.
local function with_notes(blocks)
  for index = #blocks, 2, -1 do
    local block = blocks[index]
    if block.t == 'RawBlock' and block.text == '#source-note[' and is_noted(blocks[index - 1]) then blocks:remove(index) end
  end
  return blocks
end

local function picture_in(figure)
  local found
  figure:walk { Image = function(image) found = image end }
  return typst('#image(' .. quoted(found.src) .. ', alt: ' .. quoted(found.attributes.alt or '') .. ')')
end

local function figure_in_typst(figure)
  if not figure.attributes.number then return nil end
  local blocks = opened(figure)
  blocks:insert(picture_in(figure))
  return closed(blocks, figure, 'image')
end

local function table_in_typst(tbl)
  if not tbl.attributes.number then return nil end
  local bare = tbl:clone()
  bare.caption = { long = pandoc.Blocks {} }
  bare.attr = pandoc.Attr()
  local blocks = opened(tbl)
  blocks:insert(bare)
  return closed(blocks, tbl, 'table')
end

return { { Blocks = with_notes }, { Figure = figure_in_typst, Table = table_in_typst } }
