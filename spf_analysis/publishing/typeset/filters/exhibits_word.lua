-- Word: each exhibit is a caption in a caption style and, under it, the picture or a native table.
-- The caption's number is a field that Word itself can renumber; the text alternative becomes the picture's description.

local LABELS = { figure = 'Figure', table = 'Table' }
local NBSP = '\u{a0}'

local function run(xml)
  return '<w:r>' .. xml .. '</w:r>'
end

-- A SEQ field whose shown value is already right, so that nothing needs updating when the document is opened.
local function sequence(label, number)
  return pandoc.RawInline('openxml', run('<w:fldChar w:fldCharType="begin"/>')
    .. run('<w:instrText xml:space="preserve"> SEQ ' .. label .. ' \\* ARABIC </w:instrText>')
    .. run('<w:fldChar w:fldCharType="separate"/>')
    .. run('<w:t>' .. number .. '</w:t>')
    .. run('<w:fldChar w:fldCharType="end"/>'))
end

local function caption(exhibit, style)
  local label = LABELS[exhibit.identifier:match('^%a+')]
  local lead = pandoc.Inlines { pandoc.Str(label .. NBSP), sequence(label, exhibit.attributes.number), pandoc.Str(':'), pandoc.Space() }
  local words = pandoc.Para(lead .. exhibit.caption.long[1].content)
  return pandoc.Div({ words }, { id = exhibit.identifier, ['custom-style'] = style })
end

local function described(image)
  image.src = image.src:gsub('%.svg$', '.png')
  image.caption = pandoc.Inlines(image.attributes.alt or '')
  return image
end

-- In a span of its own, or else Quarto takes a lone picture for one more figure.
function Figure(figure)
  if not figure.attributes.number then return nil end
  local pictures = pandoc.Inlines {}
  figure:walk { Image = function(image) pictures:insert(pandoc.Span({ described(image) }, { class = 'picture' })) end }
  return { caption(figure, 'Image Caption'), pandoc.Div({ pandoc.Para(pictures) }, { ['custom-style'] = 'Captioned Figure' }) }
end

function Table(tbl)
  if not tbl.attributes.number then return nil end
  local bare = tbl:clone()
  bare.caption = { long = pandoc.Blocks {} }
  bare.attr = pandoc.Attr()
  return { caption(tbl, 'Table Caption'), bare }
end
