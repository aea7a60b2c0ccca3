-- Section numbers, written out in HTML and Word; Typst numbers its headings itself.

local HTML = FORMAT:match('html') ~= nil
local WORD = FORMAT:match('docx') ~= nil

local function lead(number)
  if HTML then
    return pandoc.Inlines { pandoc.Span({ pandoc.Str(number) }, { class = 'header-section-number' }), pandoc.Space() }
  end
  local tab = pandoc.RawInline('openxml', '<w:r><w:tab/></w:r>')
  return pandoc.Inlines { pandoc.Span({ pandoc.Str(number) }, { ['custom-style'] = 'Section Number' }), tab }
end

function Header(heading)
  local number = heading.attributes.number
  heading.attributes.number = nil
  if number and (HTML or WORD) then heading.content = lead(number) .. heading.content end
  return heading
end
