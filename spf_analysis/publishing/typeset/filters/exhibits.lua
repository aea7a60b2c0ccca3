-- Exhibits: ids, column widths and text alternatives move from Quarto's attributes to where pandoc keeps them.

local SHORTEST, LONGEST = 8, 40

local function widths_in(text)
  local widths, total = {}, 0
  for number in (text or ''):gmatch('[%d%.]+') do
    widths[#widths + 1] = tonumber(number)
    total = total + tonumber(number)
  end
  return widths, total
end

-- Without widths of its own, each column gets room for its longest cell, within reason.
local function lengths_of(tbl)
  local lengths = {}
  local function measure(rows)
    for _, row in ipairs(rows) do
      for index, cell in ipairs(row.cells) do
        local length = utf8.len(pandoc.utils.stringify(cell.contents)) or 0
        lengths[index] = math.max(lengths[index] or SHORTEST, math.min(length, LONGEST))
      end
    end
  end
  measure(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do measure(body.body) end
  local total = 0
  for _, length in ipairs(lengths) do total = total + length end
  return lengths, total
end

local function set_widths(tbl, text)
  local widths, total = widths_in(text)
  if #widths ~= #tbl.colspecs or total == 0 then widths, total = lengths_of(tbl) end
  for index, spec in ipairs(tbl.colspecs) do
    tbl.colspecs[index] = { spec[1], (widths[index] or 0) / total }
  end
end

-- Where the braces that close a caption begin; nil where there are none.
local function braces_at(inlines)
  for index = #inlines, 1, -1 do
    if inlines[index].t == 'Str' and inlines[index].text:match('^{#tbl%-') then return index end
  end
end

-- Quarto has pandoc leave a caption's attributes as text: {#tbl-steps tbl-colwidths="[50,50]"}.
local function read_braces(tbl)
  local last = tbl.caption.long[#tbl.caption.long]
  local start = last and last.content and braces_at(last.content)
  if not start then return nil end
  local said = pandoc.utils.stringify(pandoc.Inlines { table.unpack(last.content, start) })
  local kept = pandoc.Inlines { table.unpack(last.content, 1, start - 1) }
  while #kept > 0 and (kept[#kept].t == 'Space' or kept[#kept].t == 'SoftBreak') do kept:remove(#kept) end
  last.content = kept
  tbl.caption.long[#tbl.caption.long] = last
  tbl.identifier = said:match('^{#([%w_%-]+)')
  return said:match('tbl%-colwidths=[^%[]*%[([^%]]*)%]')
end

function Table(tbl)
  local widths = tbl.attributes['tbl-colwidths']
  if tbl.identifier == '' then widths = read_braces(tbl) end
  tbl.attributes['tbl-colwidths'] = nil
  set_widths(tbl, widths)
  return tbl
end

function Image(image)
  image.attributes.alt = image.attributes['fig-alt']
  image.attributes['fig-alt'] = nil
  return image
end

-- An exhibit that a source note follows is marked, so that a page break cannot come between the two.
function Blocks(blocks)
  for index = 1, #blocks - 1 do
    local block, after = blocks[index], blocks[index + 1]
    if (block.t == 'Figure' or block.t == 'Table') and after.t == 'Div' and after.classes:includes('source-note') then
      block.attributes.noted = 'true'
    end
  end
  return blocks
end
