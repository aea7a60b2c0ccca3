-- Under Quarto: citations and the list of references, set by pandoc's citeproc in the house's citation style.

local function set(document, name, value)
  if value then document.meta[name] = pandoc.MetaString(pandoc.utils.stringify(value)) end
end

function Pandoc(document)
  local sources = document.meta['house-references']
  if not sources then return nil end
  set(document, 'bibliography', sources)
  set(document, 'csl', document.meta['house-citation-style'])
  document.meta['link-citations'] = true
  local cited = pandoc.utils.citeproc(document)
  for _, name in ipairs { 'bibliography', 'csl', 'house-references', 'house-citation-style' } do cited.meta[name] = nil end
  return cited
end
