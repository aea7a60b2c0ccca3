-- The house's own blocks (.lead, .glance, .source-note, notices) in the two formats that have no classes.
-- HTML keeps the classes; Typst calls a function of the house template; Word takes a style of the reference document.

local TYPST = FORMAT:match('typst') ~= nil
local WORD = FORMAT:match('docx') ~= nil
local TYPST_NAMES = { lead = 'lead', glance = 'glance', ['source-note'] = 'source-note', notice = 'notice' }
local WORD_STYLES = { lead = 'Lead', ['source-note'] = 'Source Note' }
local SERIOUS = { ['notice-important'] = true, ['notice-warning'] = true, ['notice-caution'] = true }

local function first_class(div, names)
  for _, class in ipairs(div.classes) do
    if names[class] then return class end
  end
end

local function typst_call(name, content, argument)
  local blocks = pandoc.Blocks { pandoc.RawBlock('typst', '#' .. name .. (argument or '') .. '[') }
  blocks:extend(content)
  blocks:insert(pandoc.RawBlock('typst', ']'))
  return blocks
end

local function kind_argument(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match('^notice%-(%a+)$')
    if kind then return '(kind: "' .. kind .. '")' end
  end
end

-- Each item of the list opens with its figure in bold; the rest of the item says what it is.
local function glance_items(div)
  local blocks = pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    if block.t == 'BulletList' then
      for _, item in ipairs(block.content) do blocks:insert(pandoc.Blocks(item)) end
    end
  end
  return blocks
end

local function typst_glance(div)
  local blocks = pandoc.Blocks { pandoc.RawBlock('typst', '#glance(') }
  for _, item in ipairs(glance_items(div)) do
    blocks:insert(pandoc.RawBlock('typst', '['))
    blocks:extend(item)
    blocks:insert(pandoc.RawBlock('typst', '],'))
  end
  blocks:insert(pandoc.RawBlock('typst', ')'))
  return blocks
end

local function styled(content, style)
  return pandoc.Div(content, { ['custom-style'] = style })
end

local function as_paragraph(block)
  return block.t == 'Plain' and pandoc.Para(block.content) or block
end

local function word_glance(div)
  local figure = { Strong = function(strong)
    return pandoc.Span(strong.content, { ['custom-style'] = 'Glance Figure' })
  end }
  local blocks = pandoc.Blocks {}
  for _, item in ipairs(glance_items(div)) do
    blocks:insert(styled(pandoc.Blocks(item:map(as_paragraph)):walk(figure), 'Glance'))
  end
  return blocks
end

-- Items of a list as paragraphs, since only those take the style of what they stand in.
local function with_paragraphs(list)
  list.content = list.content:map(function(item) return pandoc.Blocks(item):map(as_paragraph) end)
  return list
end

local function word_notice(div)
  div = div:walk { BulletList = with_paragraphs, OrderedList = with_paragraphs }
  local style = 'Notice'
  for _, class in ipairs(div.classes) do
    if SERIOUS[class] then style = 'Serious Notice' end
  end
  local title = table.remove(div.content, 1)
  return pandoc.Blocks { styled(title.content, style .. ' Title'), styled(div.content, style) }
end

local function typst_title(div)
  return pandoc.Div(typst_call('notice-title', div.content))
end

local function in_typst(div)
  if div.classes:includes('glance') then return typst_glance(div) end
  if div.classes:includes('notice-title') then return typst_title(div) end
  local name = first_class(div, TYPST_NAMES)
  return name and typst_call(name, div.content, kind_argument(div)) or nil
end

local function in_word(div)
  if div.classes:includes('glance') then return word_glance(div) end
  if div.classes:includes('notice') then return word_notice(div) end
  local name = first_class(div, WORD_STYLES)
  return name and styled(div.content, WORD_STYLES[name]) or nil
end

return { { Div = TYPST and in_typst or WORD and in_word or nil } }
