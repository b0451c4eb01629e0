; kith.nsi - the installer. makensis -DDIST=FOLDER -DVERSION=1.2.3 -DOUTPUT=FILE -DICON=kith.ico kith.nsi
;
; For the person who runs it, without an administrator's rights; or, by choice, for everybody (Windows then asks for an administrator, and the installer
; begins anew). Silent: /S, with /ALLUSERS (from an administrator's prompt), with that /SERVICE, /AUTOSTART, /D=FOLDER (last). The uninstaller keeps what
; people wrote: silent it takes that away with /DELETEDATA, else it asks.
Unicode true
Target amd64-unicode
Name "Kith"
OutFile "${OUTPUT}"
SetCompressor /SOLID lzma
RequestExecutionLevel user
ManifestDPIAware true
ShowInstDetails nevershow
ShowUninstDetails nevershow
BrandingText "Kith ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Kith"
VIAddVersionKey "FileDescription" "Kith setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT license"

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include nsDialogs.nsh

!define APP_ID "org.kith.Kith" ; of the client: the name of its value in the Run key, too
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Kith"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define SETTINGS "Software\Kith"
!define SERVICE "SYSTEM\CurrentControlSet\Services\kithd" ; server/app/service-setup-win32.c makes it
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\bin\kith.exe"

Var AllUsers   ; 1: for everybody
Var Radio
Var DeleteData ; 1: of the person who uninstalls
Var Service    ; 1: there is one, of the server in this folder
Var Box

Page custom askWho takeWho
!insertmacro MUI_PAGE_DIRECTORY
!define MUI_COMPONENTSPAGE_NODESC
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
UninstPage custom un.askData un.takeData
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "Hebrew"

LangString WHO ${LANG_ENGLISH} "Install Kith"
LangString WHO ${LANG_GERMAN} "Kith installieren"
LangString WHO ${LANG_HEBREW} "התקנת Kith"
LangString WHO_HINT ${LANG_ENGLISH} "For whom?"
LangString WHO_HINT ${LANG_GERMAN} "Für wen?"
LangString WHO_HINT ${LANG_HEBREW} "עבור מי?"
LangString ONLY_ME ${LANG_ENGLISH} "Only for me"
LangString ONLY_ME ${LANG_GERMAN} "Nur für mich"
LangString ONLY_ME ${LANG_HEBREW} "רק בשבילי"
LangString EVERYBODY ${LANG_ENGLISH} "For everybody on this computer (needs an administrator)"
LangString EVERYBODY ${LANG_GERMAN} "Für alle auf diesem Rechner (braucht einen Administrator)"
LangString EVERYBODY ${LANG_HEBREW} "לכל המשתמשים במחשב הזה (דורש מנהל מערכת)"
LangString PROGRAM ${LANG_ENGLISH} "Kith, its server, the command line"
LangString PROGRAM ${LANG_GERMAN} "Kith, sein Server, die Kommandozeile"
LangString PROGRAM ${LANG_HEBREW} "Kith, השרת שלו, שורת הפקודה"
LangString LINKS ${LANG_ENGLISH} "Open kith:// invitations"
LangString LINKS ${LANG_GERMAN} "Einladungen (kith://) öffnen"
LangString LINKS ${LANG_HEBREW} "פתיחת הזמנות kith://"
LangString AUTOSTART ${LANG_ENGLISH} "Start when I sign in"
LangString AUTOSTART ${LANG_GERMAN} "Beim Anmelden starten"
LangString AUTOSTART ${LANG_HEBREW} "הפעלה בכניסה למערכת"
LangString SERVICE ${LANG_ENGLISH} "Host a server: it starts with Windows"
LangString SERVICE ${LANG_GERMAN} "Einen Server betreiben: er startet mit Windows"
LangString SERVICE ${LANG_HEBREW} "אירוח שרת: הוא עולה עם Windows"
LangString IN_USE ${LANG_ENGLISH} "Kith or its server is running. Quit it (also the icon in the tray), then try again."
LangString IN_USE ${LANG_GERMAN} "Kith oder sein Server läuft. Beende es (auch das Symbol im Infobereich) und versuch es noch einmal."
LangString IN_USE ${LANG_HEBREW} "Kith או השרת שלו פועלים. יש לסגור אותם (גם את הסמל במגש) ולנסות שוב."
LangString REMOVE ${LANG_ENGLISH} "Remove Kith"
LangString REMOVE ${LANG_GERMAN} "Kith entfernen"
LangString REMOVE ${LANG_HEBREW} "הסרת Kith"
LangString REMOVE_HINT ${LANG_ENGLISH} "What you wrote and your servers' data stay, unless you say otherwise."
LangString REMOVE_HINT ${LANG_GERMAN} "Was du geschrieben hast und die Daten deiner Server bleiben, wenn du nichts anderes sagst."
LangString REMOVE_HINT ${LANG_HEBREW} "מה שנכתב ונתוני השרתים נשמרים, אלא אם כן נבחר אחרת."
LangString DELETE_DATA ${LANG_ENGLISH} "Delete my messages, settings and the servers I host, too. This cannot be undone."
LangString DELETE_DATA ${LANG_GERMAN} "Auch meine Nachrichten, Einstellungen und die Server löschen, die ich betreibe. Das lässt sich nicht rückgängig machen."
LangString DELETE_DATA ${LANG_HEBREW} "למחוק גם את ההודעות, ההגדרות והשרתים שלי. אי אפשר לבטל זאת."

; ---- for whom -----------------------------------------------------------------------------------------------------------------------

!macro chooseContext UN
Function ${UN}chooseContext
  SetRegView 64
  ${If} $AllUsers == 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
FunctionEnd
!macroend
!insertmacro chooseContext ""
!insertmacro chooseContext "un."

; The folder of an earlier installation, or the usual one; /D decides where it is given.
Function chooseFolder
  Call chooseContext
  ${If} $INSTDIR != ""
    Return
  ${EndIf}
  ReadRegStr $INSTDIR SHCTX "${SETTINGS}" "InstallDir"
  ${If} $INSTDIR == ""
    ${If} $AllUsers == 1
      StrCpy $INSTDIR "$PROGRAMFILES64\Kith"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Kith"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function askWho
  UserInfo::GetAccountType
  Pop $0
  ${If} $AllUsers == 1
    Abort ; that was decided when Windows was asked for an administrator
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(WHO)" "$(WHO_HINT)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 20u 100% 12u "$(ONLY_ME)"
  Pop $0
  ${NSD_Check} $0
  ${NSD_CreateRadioButton} 0 38u 100% 12u "$(EVERYBODY)"
  Pop $Radio
  nsDialogs::Show
FunctionEnd

Function takeWho
  ${NSD_GetState} $Radio $0
  ${If} $0 != ${BST_CHECKED}
    Return
  ${EndIf}
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 == "Admin"
    StrCpy $AllUsers 1
    StrCpy $INSTDIR ""
    Call chooseFolder
    Call offerService
    Return
  ${EndIf}
  ClearErrors
  ExecShell "runas" "$EXEPATH" "/ALLUSERS"
  ${If} ${Errors}
    Abort ; nobody gave the password: the question stays
  ${EndIf}
  Quit
FunctionEnd

; ---- what is done -------------------------------------------------------------------------------------------------------------------

; $Service: Windows starts the server of this folder. The line that it starts begins with a quotation mark.
!macro findService UN
Function ${UN}findService
  StrCpy $Service 0
  ReadRegStr $0 HKLM "${SERVICE}" "ImagePath"
  StrCpy $1 '"$INSTDIR\bin\kithd.exe"'
  StrLen $2 $1
  StrCpy $0 $0 $2
  ${If} $0 == $1
    StrCpy $Service 1
  ${EndIf}
FunctionEnd
!macroend
!insertmacro findService ""
!insertmacro findService "un."

; A program that runs cannot be written to. Ours ends when it is asked; a server goes on, and somebody has to decide that it may end.
!macro endPrograms UN
Function ${UN}endPrograms
  IfFileExists "$INSTDIR\bin\kith.exe" 0 done
  ExecWait '"$INSTDIR\bin\kith.exe" --quit'
  StrCpy $1 0
  again:
  ClearErrors
  FileOpen $0 "$INSTDIR\bin\kith.exe" a
  ${IfNot} ${Errors}
    FileClose $0
    FileOpen $0 "$INSTDIR\bin\kithd.exe" a
  ${EndIf}
  ${IfNot} ${Errors}
    FileClose $0
    Goto done
  ${EndIf}
  IntOp $1 $1 + 1
  ${If} $1 < 20 ; five seconds
    Sleep 250
    Goto again
  ${EndIf}
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(IN_USE)" /SD IDCANCEL IDRETRY again
  SetErrorLevel 2
  Quit
  done:
FunctionEnd
!macroend
!insertmacro endPrograms ""
!insertmacro endPrograms "un."

!macro firewall NAME PROGRAM
  nsExec::Exec 'netsh advfirewall firewall delete rule name="${NAME}"'
  Pop $0
  nsExec::Exec 'netsh advfirewall firewall add rule name="${NAME}" dir=in action=allow program="$INSTDIR\bin\${PROGRAM}" profile=private,domain enable=yes'
  Pop $0
!macroend

!macro noFirewall NAME
  nsExec::Exec 'netsh advfirewall firewall delete rule name="${NAME}"'
  Pop $0
!macroend

; Always in a folder of its own name: whatever is in bin and share there is ours to remove.
Function ownFolder
  ${GetFileName} "$INSTDIR" $0
  ${If} $0 != "Kith"
    StrCpy $INSTDIR "$INSTDIR\Kith"
  ${EndIf}
FunctionEnd

Section "$(PROGRAM)"
  SectionIn RO
  Call chooseContext
  Call ownFolder
  Call findService
  ${If} $Service == 1
    nsExec::Exec '"$SYSDIR\net.exe" stop kithd'
    Pop $0
  ${EndIf}
  Call endPrograms
  RMDir /r "$INSTDIR\bin"
  RMDir /r "$INSTDIR\share"
  SetOutPath "$INSTDIR"
  File /r "${DIST}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\Kith.lnk" "$INSTDIR\bin\kith.exe"
  WriteRegStr SHCTX "${SETTINGS}" "InstallDir" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "Kith"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\bin\kith.exe"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "Kith"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" $0
  ${If} $AllUsers == 1
    WriteRegDWORD SHCTX "${SETTINGS}" "AllUsers" 1
    !insertmacro firewall "Kith server" "kithd.exe"
    !insertmacro firewall "Kith" "kith.exe" ; answers of servers that it looks for
  ${EndIf}
SectionEnd

Section "$(LINKS)"
  WriteRegStr SHCTX "Software\Classes\kith" "" "URL:Kith"
  WriteRegStr SHCTX "Software\Classes\kith" "URL Protocol" ""
  WriteRegStr SHCTX "Software\Classes\kith\DefaultIcon" "" "$INSTDIR\bin\kith.exe,0"
  WriteRegStr SHCTX "Software\Classes\kith\shell\open\command" "" '"$INSTDIR\bin\kith.exe" "%1"'
SectionEnd

; As the client's own preference does it, for the person who installs.
Section /o "$(AUTOSTART)" SECTION_AUTOSTART
  WriteRegStr HKCU "${RUN}" "${APP_ID}" '"$INSTDIR\bin\kith.exe" --minimized'
SectionEnd

Section /o "$(SERVICE)" SECTION_SERVICE
  ${If} $AllUsers == 1
  ${AndIf} $Service == 0
    nsExec::Exec '"$INSTDIR\bin\kithd.exe" service install'
    Pop $0
    Call findService
  ${EndIf}
SectionEnd

; The one that was stopped for the new files, too.
Section
  ${If} $Service == 1
    nsExec::Exec '"$SYSDIR\net.exe" start kithd'
    Pop $0
  ${EndIf}
SectionEnd

; ---- the beginning: behind the sections, which it names ------------------------------------------------------------------------------

Function .onInit
  ${GetParameters} $0
  ${GetOptions} $0 "/ALLUSERS" $1
  ${If} ${Errors}
    StrCpy $AllUsers 0
  ${Else}
    StrCpy $AllUsers 1
  ${EndIf}
  ${GetOptions} $0 "/AUTOSTART" $1
  ${IfNot} ${Errors}
    SectionSetFlags ${SECTION_AUTOSTART} ${SF_SELECTED}
  ${EndIf}
  ${GetOptions} $0 "/SERVICE" $1
  ${IfNot} ${Errors}
    SectionSetFlags ${SECTION_SERVICE} ${SF_SELECTED}
  ${EndIf}
  Call offerService
  Call chooseFolder
FunctionEnd

; Only an administrator can have one.
Function offerService
  ${If} $AllUsers == 1
    SectionSetText ${SECTION_SERVICE} "$(SERVICE)"
  ${Else}
    SectionSetFlags ${SECTION_SERVICE} 0
    SectionSetText ${SECTION_SERVICE} "" ; not shown
  ${EndIf}
FunctionEnd

; ---- and undone ---------------------------------------------------------------------------------------------------------------------

Function un.onInit
  SetRegView 64
  StrCpy $AllUsers 0
  ReadRegStr $0 HKLM "${SETTINGS}" "InstallDir"
  ${If} $0 == $INSTDIR
    StrCpy $AllUsers 1
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
      ExecShell "runas" "$INSTDIR\uninstall.exe"
      Quit
    ${EndIf}
  ${EndIf}
  Call un.chooseContext
  ${GetParameters} $0
  ${GetOptions} $0 "/DELETEDATA" $1
  ${If} ${Errors}
    StrCpy $DeleteData 0
  ${Else}
    StrCpy $DeleteData 1
  ${EndIf}
FunctionEnd

Function un.askData
  !insertmacro MUI_HEADER_TEXT "$(REMOVE)" "$(REMOVE_HINT)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateCheckBox} 0 20u 100% 24u "$(DELETE_DATA)"
  Pop $Box
  nsDialogs::Show
FunctionEnd

Function un.takeData
  ${NSD_GetState} $Box $DeleteData
FunctionEnd

Section Uninstall
  Call un.findService
  ${If} $Service == 1
    nsExec::Exec '"$INSTDIR\bin\kithd.exe" service remove'
    Pop $0
  ${EndIf}
  Call un.endPrograms
  RMDir /r "$INSTDIR\bin"
  RMDir /r "$INSTDIR\share"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Kith.lnk"
  DeleteRegKey SHCTX "${UNINSTALL}"
  DeleteRegKey SHCTX "${SETTINGS}"
  ReadRegStr $0 SHCTX "Software\Classes\kith\shell\open\command" ""
  ${If} $0 == '"$INSTDIR\bin\kith.exe" "%1"' ; not another copy's
    DeleteRegKey SHCTX "Software\Classes\kith"
  ${EndIf}
  DeleteRegValue HKCU "${RUN}" "${APP_ID}"
  ${If} $AllUsers == 1
    !insertmacro noFirewall "Kith server"
    !insertmacro noFirewall "Kith"
  ${EndIf}
  ${If} $DeleteData == 1
    SetShellVarContext current ; $LOCALAPPDATA of the person, not of everybody
    RMDir /r "$LOCALAPPDATA\kith"
    RMDir /r "$LOCALAPPDATA\kith-cli"
    RMDir /r "$LOCALAPPDATA\kithd"
    ${If} $Service == 1
      SetShellVarContext all ; where $APPDATA is of the computer
      RMDir /r "$APPDATA\Kith"
    ${EndIf}
  ${EndIf}
SectionEnd
