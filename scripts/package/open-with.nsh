; Offers Zoetrope under "Open with" for the files it reads, without taking them from the program they belong to.
; The endings are those of electron-builder.config.mjs.

!macro ZoetropeOpens ENDING
  WriteRegStr SHCTX "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\SupportedTypes" ".${ENDING}" ""
!macroend

!macro customInstall
  WriteRegStr SHCTX "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}" "FriendlyAppName" "${PRODUCT_NAME}"
  WriteRegStr SHCTX "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  !insertmacro ZoetropeOpens "mp4"
  !insertmacro ZoetropeOpens "m4v"
  !insertmacro ZoetropeOpens "mov"
  !insertmacro ZoetropeOpens "mkv"
  !insertmacro ZoetropeOpens "webm"
  !insertmacro ZoetropeOpens "avi"
  !insertmacro ZoetropeOpens "mpg"
  !insertmacro ZoetropeOpens "mpeg"
  !insertmacro ZoetropeOpens "mts"
  !insertmacro ZoetropeOpens "wmv"
  !insertmacro ZoetropeOpens "flv"
  !insertmacro ZoetropeOpens "jpg"
  !insertmacro ZoetropeOpens "jpeg"
  !insertmacro ZoetropeOpens "png"
  !insertmacro ZoetropeOpens "webp"
  !insertmacro ZoetropeOpens "avif"
  !insertmacro ZoetropeOpens "gif"
  !insertmacro ZoetropeOpens "tif"
  !insertmacro ZoetropeOpens "tiff"
  !insertmacro ZoetropeOpens "bmp"
  !insertmacro ZoetropeOpens "glb"
!macroend

!macro customUnInstall
  DeleteRegKey SHCTX "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}"
!macroend
