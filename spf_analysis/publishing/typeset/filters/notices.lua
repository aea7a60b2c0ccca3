-- Callouts become notices: a Div .notice .notice-<kind> whose first child, .notice-title, says the kind in words.
-- Colour alone never tells the kind. Used by both typesetters, before anything else numbers headings.

local KINDS = {
  note = 'Note', tip = 'Tip', important = 'Important', warning = 'Warning', caution = 'Caution',
}

local function kind_of(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match('^callout%-(%a+)$')
    if kind and KINDS[kind] then return kind end
  end
end

-- The title given as an attribute or as a heading that opens the callout; nil where there is none.
local function take_title(div)
  local first = div.content[1]
  if first and first.t == 'Header' then
    div.content:remove(1)
    return first.content
  end
  local title = div.attributes.title
  return title and pandoc.Inlines(title) or nil
end

local function titled(kind, title)
  if not title then return pandoc.Inlines { pandoc.Str(KINDS[kind]) } end
  return pandoc.Inlines { pandoc.Str(KINDS[kind] .. ':'), pandoc.Space() } .. title
end

function Div(div)
  local kind = kind_of(div)
  if not kind then return nil end
  local title = pandoc.Div({ pandoc.Para(titled(kind, take_title(div))) }, { class = 'notice-title' })
  local content = pandoc.Blocks { title }
  content:extend(div.content)
  return pandoc.Div(content, { id = div.identifier, class = 'notice notice-' .. kind, role = 'note' })
end
