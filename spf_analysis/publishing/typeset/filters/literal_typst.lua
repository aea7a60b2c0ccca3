-- Typst: a word that Typst might read as markup (dashes, dots, slashes, quotes …) is given as a string, which it cannot.

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

local function literal(text)
  return pandoc.RawInline('typst', '#' .. quoted(text) .. ';')
end

-- Letters (any script, but no typographic marks, which begin with these two bytes), perhaps with a mark at the end.
local function is_plain(word)
  return not word:find('\226\128', 1, true)
    and (word:match('^[%a\128-\255][%w\128-\255]*[,;:.]?$') ~= nil or word:match('^[\128-\255]*[%d,]+$') ~= nil)
end

local MARKS = { DoubleQuote = { '“', '”' }, SingleQuote = { '‘', '’' } }

return { {
  Str = function(str)
    if not is_plain(str.text) then return literal(str.text) end
  end,
  Quoted = function(quote)
    local marks = MARKS[quote.quotetype]
    return pandoc.Inlines { literal(marks[1]) } .. quote.content .. pandoc.Inlines { literal(marks[2]) }
  end,
} }
