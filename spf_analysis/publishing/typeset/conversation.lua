-- One pandoc for many briefings: each request on standard input is answered on standard output, until the input ends.
-- A request is a line of JSON, then the bytes of the document and of each picture; so is an answer, with an output each.
-- Warnings go to standard error, where pandoc puts them.

local FILTERS = arg[0]:match('^(.*)conversation%.lua$') .. 'filters/'
local NOTHING = {} -- the files that a reader may read: with this list it runs in pandoc's sandbox

local function contents(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('a')
  file:close()
  return text
end

-- Filters run one after the other, each with a memory of its own.
local function filtered(document, names, format)
  for _, name in ipairs(names) do
    local surroundings = setmetatable({ FORMAT = format }, { __index = _G })
    document = pandoc.utils.run_lua_filter(document, FILTERS .. name .. '.lua', surroundings)
  end
  return document
end

-- Nothing of the document's own metadata stays, which could name a file to be read.
local function cited(document, citing)
  local references = pandoc.read(citing.references, 'csljson', nil, NOTHING).meta.references
  document.meta = pandoc.Meta { references = references, csl = citing.style, lang = citing.language, ['link-citations'] = true }
  document = pandoc.utils.citeproc(document)
  document.meta = pandoc.Meta {}
  return document
end

local function described(meta, raw)
  local function told(value)
    if type(value) == 'table' then return pandoc.MetaList(pandoc.List(value):map(told)) end
    return raw and pandoc.MetaInlines { pandoc.RawInline(raw, value) } or pandoc.MetaString(value)
  end
  local made = {}
  for name, value in pairs(meta) do made[name] = told(value) end
  return pandoc.Meta(made)
end

local function one_level_up(header)
  header.level = header.level - 1
  return header
end

local function with_letters(replaced)
  local function each(letter) return replaced[letter] end
  return { Str = function(str)
    str.text = str.text:gsub(utf8.charpattern, each)
    return str
  end }
end

-- A writer that takes pictures in would read a file or fetch an address: it gets what was handed over, and nothing else.
local NAMES_PICTURES_ONLY = { json = true, html5 = true, ['typst-smart-citations'] = true }

local function hand_over(pictures, document)
  for name, content in pairs(pictures) do pandoc.mediabag.insert(name, 'image/png', content) end
  document:walk { Image = function(image)
    if not pictures[image.src] then error('the picture ' .. image.src .. ' was not handed over', 0) end
  end }
end

local function written(document, output, pictures)
  document = document:clone()
  if output.meta then document.meta = described(output.meta, output.meta_as) end
  if output.letters then document = document:walk(with_letters(output.letters)) end
  if output.one_level_up then document = document:walk { Header = one_level_up } end
  document = filtered(document, output.filters, output.to)
  if not NAMES_PICTURES_ONLY[output.to] then hand_over(pictures, document) end
  local options = output.options
  if output.template then options.template = pandoc.template.compile(contents(output.template), output.template) end
  return pandoc.write(document, output.to, options)
end

local function answered(request, text, pictures)
  local document = filtered(pandoc.read(text, request.from, nil, NOTHING), request.filters, 'json')
  if request.citing then document = filtered(cited(document, request.citing), { 'citations' }, 'json') end
  return pandoc.List(request.outputs):map(function(output) return written(document, output, pictures) end)
end

-- Reading nothing would wait for more to come.
local function read_bytes(number)
  return number > 0 and io.read(number) or ''
end

local function received(line)
  local request = pandoc.json.decode(line, false)
  local text, pictures = read_bytes(request.bytes), {}
  for _, picture in ipairs(request.pictures) do pictures[picture.name] = read_bytes(picture.bytes) end
  return request, text, pictures
end

local function say(head, made)
  io.write(pandoc.json.encode(head), '\n')
  for _, output in ipairs(made) do io.write(output) end
  io.flush()
end

-- What one briefing leaves behind goes before the next comes; the first collection only ends what the second frees.
local function forget()
  pandoc.mediabag.empty()
  collectgarbage()
  collectgarbage()
end

for line in io.lines() do
  local fine, made = pcall(answered, received(line))
  if fine then
    say({ sizes = made:map(function(output) return #output end) }, made)
  else
    say({ wrong = tostring(made):match('^[^\n]*') }, {})
  end
  made = nil
  forget()
end
